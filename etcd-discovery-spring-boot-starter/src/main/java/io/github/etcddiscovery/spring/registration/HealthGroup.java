package io.github.etcddiscovery.spring.registration;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.github.etcddiscovery.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps this application in the registry only while a health group is UP.
 *
 * <pre>
 * place    seen                                   next
 * UNKNOWN  UP                                     IN
 * UNKNOWN  anything else twice in a row           OUT
 * IN       DOWN or OUT_OF_SERVICE twice in a row  OUT
 * OUT      UP                                     IN
 * any      no answer within 5 s                   the same
 * </pre>
 *
 * Before anything was seen the application is out of the registry. Asked every 10 s, and
 * at once when readiness changes.
 */
public final class HealthGroup
		implements SmartLifecycle, ApplicationListener<AvailabilityChangeEvent<?>>, AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(HealthGroup.class);

	private static final String REASON = "health";

	private static final Set<String> DOWN = Set.of("DOWN", "OUT_OF_SERVICE");

	private static final Duration PACE = Duration.ofSeconds(10);

	private static final Duration DEADLINE = Duration.ofSeconds(5);

	private final Question question;

	private final EtcdRegistration registration;

	private final ApplicationContext context;

	private final ScheduledExecutorService timer;

	private final ExecutorService asking;

	private volatile @Nullable ScheduledFuture<?> repeated;

	/** Touched by the timer's thread alone, as what follows. */
	private Place place = Place.UNKNOWN;

	/** How often in a row it was seen so that it goes OUT. */
	private int down;

	/** Questions in a row that had no answer. */
	private int unanswered;

	/** When it was asked last because it is asked every 10 s, or null before. */
	private @Nullable Long askedAgainAt;

	/**
	 * Creates it; nothing happens before {@link #start()}.
	 * @param question asks the group
	 * @param registration what is taken out and brought back
	 * @param context whose readiness counts
	 * @param timer one thread, which ends with this
	 * @param asking another one, where the group is asked; ends with this
	 */
	public HealthGroup(Question question, EtcdRegistration registration, ApplicationContext context,
			ScheduledExecutorService timer, ExecutorService asking) {
		this.question = question;
		this.registration = registration;
		this.context = context;
		this.timer = timer;
		this.asking = asking;
	}

	@Override
	public void start() {
		if (!isRunning()) {
			this.registration.suspend(REASON);
			this.timer.execute(this::beginAnew);
			this.repeated = this.timer.scheduleAtFixedRate(this::askAgain, 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void beginAnew() {
		this.place = Place.UNKNOWN;
		this.askedAgainAt = null;
	}

	@Override
	public void stop() {
		ScheduledFuture<?> running = this.repeated;
		if (running != null) {
			running.cancel(false);
			this.repeated = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.repeated != null;
	}

	/** Before the registration, so that it begins out of the registry. */
	@Override
	public int getPhase() {
		return EtcdAutoServiceRegistration.PHASE - 1;
	}

	/** Its server goes on to answer, and it stays in the registry. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public void onApplicationEvent(AvailabilityChangeEvent<?> event) {
		boolean foreign = event.getSource() instanceof ApplicationContext source && source != this.context;
		if (!foreign && event.getState() instanceof ReadinessState && isRunning()) {
			this.timer.execute(this::ask);
		}
	}

	/**
	 * After a pause of this process the questions that were missed are all due at once.
	 */
	private void askAgain() {
		long now = System.nanoTime();
		Long last = this.askedAgainAt;
		if (last == null || now - last >= PACE.toNanos() / 2) {
			this.askedAgainAt = now;
			ask();
		}
	}

	/** Throws nothing: that would be the last time. */
	private void ask() {
		try {
			told(answer(this.asking.submit(this.question.status()::get)));
		}
		catch (TimeoutException ex) {
			noAnswer("no answer within " + DEADLINE.toSeconds() + " s", null);
		}
		catch (ExecutionException ex) {
			noAnswer("it has failed", ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException | Error ex) {
			noAnswer("it cannot be asked", ex);
		}
	}

	/** One that did not come in time is not waited for any more. */
	private static String answer(Future<String> asked)
			throws TimeoutException, ExecutionException, InterruptedException {
		try {
			return asked.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
		}
		finally {
			asked.cancel(true);
		}
	}

	private void noAnswer(String problem, @Nullable Throwable cause) {
		this.unanswered++;
		log.atLevel((this.unanswered == 1) ? Level.WARN : Level.DEBUG)
			.setCause(cause)
			.log("The health group '{}' tells nothing, which changes nothing for the registration of {}: {}",
					this.question.group(), service(), problem);
	}

	private void told(String status) {
		this.unanswered = 0;
		boolean up = status.equals("UP");
		boolean down = !up && (this.place == Place.UNKNOWN || DOWN.contains(status));
		this.down = down ? this.down + 1 : 0;
		if (up) {
			comeIn();
		}
		else if (this.place != Place.OUT && this.down > 1) {
			this.place = Place.OUT;
			this.registration.suspend(REASON);
			log.warn("The health group '{}' is {}: {} is out of the registry until it is UP", this.question.group(),
					status, service());
		}
	}

	private void comeIn() {
		if (this.place == Place.OUT) {
			log.info("The health group '{}' is UP: {} comes back to the registry", this.question.group(), service());
		}
		if (this.place != Place.IN) {
			this.place = Place.IN;
			this.registration.resume(REASON);
		}
	}

	private Bytes service() {
		return Bytes.utf8(this.registration.getServiceId());
	}

	/** Ends its threads. */
	@Override
	public void close() {
		this.timer.shutdown();
		this.asking.shutdownNow();
	}

	/**
	 * How to ask.
	 *
	 * @param group name of the group
	 * @param status asks for its status, and takes as long as it takes
	 */
	public record Question(String group, Supplier<String> status) {

	}

	private enum Place {

		UNKNOWN, IN, OUT

	}

}
