package io.znsslab.core.worker;

/**
 * The work of a thread of the store, done over and over again by an {@link AgentRunner}, in the manner of Agrona's
 * agents. All methods are called by the runner's thread only, but {@link #name}, {@link #purpose} and {@link #mayWait},
 * which never change.
 */
public interface Agent {
    /** Answer of {@link #work}: some work was done, and more may be there. */
    long BUSY = 0;

    /** Answer of {@link #work}: there is nothing to do before {@link AgentRunner#signal}. */
    long UNTIL_SIGNALLED = Long.MAX_VALUE;

    /** The name of the thread. */
    String name();

    /** The subject of a sentence about the agent: "demotion to /dev/nvme0n1". */
    String purpose();

    /** Whether the agent may wait for other threads, futures for example, since no other thread waits for it. */
    default boolean mayWait() {
        return false;
    }

    /**
     * Called before the first work: acquires what belongs to the thread. {@link AgentRunner#start} throws what this
     * throws; before that this gives back what it has acquired.
     */
    default void begin() {}

    /**
     * Does what there is to do, or a part of it, without waiting for work.
     *
     * @return {@link #BUSY}, {@link #UNTIL_SIGNALLED}, or how long there is nothing to do unless signalled, in
     *     nanoseconds
     */
    long work();

    /**
     * Whether something is left that must be done before the agent ends: a closed agent goes on until it is not. An
     * agent that never says so ends after the work that is under way.
     */
    default boolean hasWork() {
        return false;
    }

    /**
     * Waits for a signal, or as long as {@link #work} said. An agent that is bound to I/O waits for completions
     * instead, if {@link EventCount#beginWait} allows.
     */
    default void await(EventCount events, long nanos) {
        events.await(nanos);
    }

    /**
     * {@link #work} threw: fails all that is waiting with the cause, so that no thread waits for ever.
     *
     * @return whether the agent can go on; if not, it ends, and refuses what is asked of it from then on
     */
    boolean failed(Throwable cause);

    /**
     * The last call, also after a failure: refuses what has come since, and gives back what {@link #begin} acquired.
     */
    default void end() {}
}
