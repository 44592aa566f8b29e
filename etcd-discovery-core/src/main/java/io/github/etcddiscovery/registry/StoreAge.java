package io.github.etcddiscovery.registry;

/**
 * Notices that the store went back, because it was wiped or restored from a backup: a
 * question that is asked after an answer named a revision is answered at that revision or
 * above. Every time that the store went back begins another age; revisions of different
 * ages have nothing to do with each other. Confined to the loop's thread.
 */
final class StoreAge {

	private final Runnable wentBack;

	private int age;

	/** The greatest revision that was named in this age. */
	private long newest;

	/**
	 * Begins with the first age.
	 * @param wentBack is called at the beginning of every other one
	 */
	StoreAge(Runnable wentBack) {
		this.wentBack = wentBack;
	}

	/** Returns a mark to be kept with a question that is sent now. */
	Mark mark() {
		return new Mark(this.age, this.newest);
	}

	/**
	 * Judges the answer to a linearizable question.
	 * @param sent the mark of the question
	 * @param revision revision of the answer
	 * @return whether it speaks of the store as it is now
	 */
	boolean believes(Mark sent, long revision) {
		if (sent.age() != this.age) {
			return false;
		}
		if (revision < sent.newest()) {
			this.age++;
			this.newest = revision;
			this.wentBack.run();
			return false;
		}
		told(revision);
		return true;
	}

	/** A revision was named without a question. */
	void told(long revision) {
		this.newest = Math.max(this.newest, revision);
	}

	/**
	 * What was known when a question was sent.
	 *
	 * @param age the age of the store
	 * @param newest the greatest revision that had been named
	 */
	record Mark(int age, long newest) {

	}

}
