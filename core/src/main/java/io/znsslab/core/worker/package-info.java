/**
 * The threads of the store: how they wait, are woken, are asked for something, fail and end, and which threads run what
 * users attach to futures. One of each kind, for all of them.
 *
 * <pre>
 *   any thread -- Inbox.add ----------> | Agent on its AgentRunner's thread:     |
 *              -- AgentRunner.signal -> | work, work ... until nothing is to do; | -- Completions --> futures complete,
 *                   (EventCount)        | wait for a signal, or for completions  |    (may block)     continuations run
 * </pre>
 *
 * <h2>Waiting: the event count</h2>
 *
 * <p>An agent that finds nothing to do sleeps, and must not sleep over what came just then. A lock around every request
 * would do; a flag "I sleep" that is looked at without one does only with the right fences and in the right order,
 * which seven hand-written loops had to get right each. {@link io.znsslab.core.worker.EventCount} is that once:
 * prepare, look, wait on one side; change, notify on the other.
 *
 * <pre>
 *   waiter   P: state := QUIET    L: look           W: QUIET -> ASLEEP, or return    S: sleep while ASLEEP
 *   notifier C: make the change   N: state := SIGNALLED, wake the waiter if it was ASLEEP
 *
 *   C N | P L     the look sees the change: P and N are exchanges of one word, and C is before N
 *   C | P N | L   the same: C is before N's fence. W returns, the next look finds nothing, and the one after sleeps
 *   C | P L | N W the look may have missed C; W finds SIGNALLED and returns
 *   P L W | C N   N finds ASLEEP, ends the sleep, and the state that S looks at
 *   P L | C | W N the same
 *   N finds SIGNALLED and leaves it: no P came since an earlier N, so the next look sees C as well
 *   N is late: it wakes a waiter that went on by itself; one look too many, or one sleep that ends at once
 * </pre>
 *
 * <p>What closes an agent is a change like others, notified through the same word: a look that resets a notification
 * can't take back a closing that it has not seen.
 *
 * <p>The waiter of an agent bound to I/O sleeps in the kernel until a completion comes or the wake-up of the event
 * count writes to the ring's event descriptor. That needs {@code beginWait} alone: the sleep ends for its own reasons,
 * too.
 *
 * <h2>Asking: the inbox</h2>
 *
 * <p>{@link io.znsslab.core.worker.Inbox} is one word, too. Closing it is an exchange with a mark: what was added
 * before goes to the closer, what comes later is refused, so that the last request before an end is answered by one of
 * both sides and never by none.
 *
 * <h2>Ending</h2>
 *
 * <p>{@link io.znsslab.core.worker.AgentRunner#close} has the agent finish what it says must be done ({@code hasWork}),
 * and waits. An agent that says nothing ends after the work under way. On the agent's own thread a close throws at
 * once.
 *
 * <h2>Failing</h2>
 *
 * <p>Any Throwable out of an agent's work, an Error included, has one story: what is waiting fails with it; the log
 * says so, once for a row of the same; then the agent goes on, if what it left behind is sound whatever it was doing,
 * or ends. An agent that has ended refuses requests at once, with one sentence and the cause. No thread ends silently.
 *
 * <h2>Completing: nothing waits for itself</h2>
 *
 * <p>A continuation runs on the thread that completes the future, and may do anything: wait for another future of ours,
 * close the allocator, sleep. On an agent's thread it would wait for that agent, at the latest through two others. So
 * an agent never completes a future that a user has: {@link io.znsslab.core.worker.Completions} does, on threads that
 * may block, as many as are blocked. That a continuation blocks delays no other.
 *
 * <p>What runs on an agent's thread by contract, for speed, is the {@code ReadListener}. There, what could wait for
 * agents throws at once: {@link io.znsslab.core.worker.AgentRunner#requireNoAgentThread} for calls, and
 * {@link io.znsslab.core.worker.GuardedFuture} for waiting for futures.
 *
 * <p>Knows nothing of slabs or devices. For the rooms of core and the tier only.
 */
@NullMarked
package io.znsslab.core.worker;

import org.jspecify.annotations.NullMarked;
