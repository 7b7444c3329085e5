package io.znsslab.core.worker;

/**
 * What a thread of the store does over and over again, as an {@link AgentRunner} has it do: in the manner of Agrona's
 * agents. All methods are called by the runner's thread only, but {@link #name}, {@link #purpose} and {@link #mayWait},
 * which never change.
 */
public interface Agent {
    /** Answer of {@link #work}: something was done, so that there may be more to do. */
    long BUSY = 0;

    /** Answer of {@link #work}: there is nothing to do before {@link AgentRunner#signal}. */
    long UNTIL_SIGNALLED = Long.MAX_VALUE;

    /** The name of the thread. */
    String name();

    /** What this is about, to begin a sentence with: "demotion to /dev/nvme0n1". */
    String purpose();

    /** Whether the agent may wait for what others do, futures for example, since nothing that they do waits for it. */
    default boolean mayWait() {
        return false;
    }

    /**
     * Before the first work: acquires what belongs to one thread. What it throws is thrown by
     * {@link AgentRunner#start}; it gives back what it had acquired by then.
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
     * {@link #work} threw: fails all that is waiting with the cause, so that nobody waits for ever.
     *
     * @return whether the agent can go on; if not, it ends, and refuses what is asked of it from then on
     */
    boolean failed(Throwable cause);

    /**
     * The last call, also after a failure: refuses what has come since, and gives back what {@link #begin} acquired.
     */
    default void end() {}
}
