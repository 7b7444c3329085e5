package io.znsslab.core.worker;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Messages from any number of threads to one, in the order in which they were added: a stack linked through the
 * messages themselves, which the receiver takes as a whole. Adding and taking allocate nothing.
 *
 * <p>A message is either taken, or returned to the thread that closes the inbox, or refused: none is lost when an inbox
 * is closed while other threads add to it.
 *
 * @param <M> the messages; one is in one inbox at a time
 */
public final class Inbox<M extends Inbox.Message<M>> {
    /**
     * What can be in an inbox. Its link belongs to the inbox from when the message is added until it is taken, and to
     * the receiver then.
     */
    public interface Message<M> {
        /** The message after this one; null when there is none. */
        @Nullable
        M next();

        /** Sets the message after this one. */
        void next(@Nullable M message);
    }

    /** Takes the place of the newest message once the inbox is closed. */
    private static final Object CLOSED = new Object();

    private final AtomicReference<@Nullable Object> newest = new AtomicReference<>();

    /**
     * Adds a message. Any thread may call; the receiver has to be notified afterwards.
     *
     * @return false when the inbox is closed; then the message is the caller's again
     */
    public boolean add(M message) {
        Object head;
        do {
            head = newest.get();
            if (head == CLOSED) {
                return false;
            }
            message.next(message(head));
        } while (!newest.compareAndSet(head, message));
        return true;
    }

    /** Whether there is no message to be taken. */
    public boolean isEmpty() {
        Object head = newest.get();
        return head == null || head == CLOSED;
    }

    /** Takes all messages: the oldest, linked to those after it; null when there are none. For the receiver. */
    public @Nullable M take() {
        Object head;
        do {
            head = newest.get();
            if (head == null || head == CLOSED) {
                return null;
            }
        } while (!newest.compareAndSet(head, null));
        return inOrder(head);
    }

    /** Takes all messages, and accepts no more. For the receiver. */
    public @Nullable M close() {
        Object head = newest.getAndSet(CLOSED);
        return head == CLOSED ? null : inOrder(head);
    }

    /** Takes the first message out of such a list, and returns the rest of it. */
    public static <M extends Message<M>> @Nullable M unlink(M first) {
        M rest = first.next();
        first.next(null);
        return rest;
    }

    private @Nullable M inOrder(@Nullable Object head) {
        M message = message(head);
        M oldest = null;
        while (message != null) {
            M older = message.next();
            message.next(oldest);
            oldest = message;
            message = older;
        }
        return oldest;
    }

    @SuppressWarnings("unchecked") // only add() puts anything there but CLOSED
    private @Nullable M message(@Nullable Object head) {
        return (M) head;
    }
}
