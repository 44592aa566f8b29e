package io.github.etcddiscovery.spring.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.boot.json.JsonParserFactory;

/** What editors know of our properties. */
record Metadata(Map<String, Object> content) {

	static Metadata read() {
		try (InputStream content = EtcdClientAutoConfiguration.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json")
			.asIterator()
			.next()
			.openStream()) {
			return new Metadata(JsonParserFactory.getJsonParser()
				.parseMap(new String(content.readAllBytes(), StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	Map<String, Map<String, Object>> properties() {
		return byName("properties");
	}

	Map<String, Map<String, Object>> hints() {
		return byName("hints");
	}

	@SuppressWarnings("unchecked")
	private Map<String, Map<String, Object>> byName(String list) {
		return ((List<Map<String, Object>>) this.content.get(list)).stream()
			.collect(Collectors.toMap((entry) -> String.valueOf(entry.get("name")), (entry) -> entry,
					(first, second) -> first, LinkedHashMap::new));
	}

}
