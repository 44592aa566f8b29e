package io.github.etcddiscovery.spring.discovery;

import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.spring.ServiceAliases;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** No name in the registry takes a route from others. */
class ServiceIdsTests {

	private static final List<String> ODD = List.of("a b", "a/b", "a:80", "echo", "music_user", "x@other");

	@Test
	void whatGatewaysCannotMakeARouteOfIsNotListed() {
		assertThat(new ServiceIds(new ServiceAliases(Map.of())).of(ODD)).containsExactly("echo", "music_user");
	}

	@Test
	void aliasesStandForWhatIsNotListed() {
		ServiceAliases aliases = new ServiceAliases(Map.of("a-b", "a b", "music-user", "music_user", "gone", "g b"));
		assertThat(new ServiceIds(aliases).of(ODD)).containsExactly("a-b", "echo", "music-user", "music_user");
	}

	@Test
	void theListOfCoreIsUsedWhereNothingIsToBeChanged() {
		List<String> services = List.of("echo", "music_user");
		assertThat(new ServiceIds(new ServiceAliases(Map.of())).of(services)).isSameAs(services);
	}

	@Test
	void theListIsTheSameWhileNoServiceComesOrGoes() {
		ServiceIds ids = new ServiceIds(new ServiceAliases(Map.of()));
		assertThat(ids.of(ODD)).isSameAs(ids.of(ODD)).isNotSameAs(ids.of(List.copyOf(List.of("echo"))));
	}

}
