package io.github.etcddiscovery.model;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Collects what one logger, with those below it, logs while this is open, or until the
 * end of a test that registers it, and keeps it from the console.
 */
public final class LoggedLines implements AfterEachCallback, AutoCloseable {

	private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

	private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
		@Override
		protected void append(ILoggingEvent event) {
			LoggedLines.this.events.add(event);
		}
	};

	private final Logger logger;

	private final Level levelBefore;

	/**
	 * Begins to collect, at every level.
	 * @param name name of the logger
	 */
	public LoggedLines(String name) {
		this.logger = (Logger) LoggerFactory.getLogger(name);
		this.levelBefore = this.logger.getLevel();
		this.logger.setLevel(Level.TRACE);
		this.logger.setAdditive(false);
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	/**
	 * Returns what was logged at a level.
	 * @param level name of the level
	 * @return the lines, without time and place
	 */
	public List<String> at(String level) {
		return this.events.stream()
			.filter((event) -> event.getLevel().equals(Level.toLevel(level)))
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

	/**
	 * Returns everything that was logged, with what was thrown.
	 * @return the lines, without time and place
	 */
	public List<String> all() {
		return this.events.stream()
			.map((event) -> event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()))
			.toList();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		close();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
		this.logger.setLevel(this.levelBefore);
		this.logger.setAdditive(true);
	}

}
