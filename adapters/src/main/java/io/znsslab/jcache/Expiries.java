package io.znsslab.jcache;

import java.util.function.Supplier;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What the cache's expiry policy says, as times in milliseconds since 1970; {@link Long#MAX_VALUE} is never. A policy
 * that throws says nothing: a new entry never expires then, and another one when it would have. Thread-safe if the
 * policy is.
 */
final class Expiries {
    static final long NEVER = Long.MAX_VALUE;

    private static final System.Logger LOGGER = System.getLogger(Expiries.class.getName());

    private final ExpiryPolicy policy;

    Expiries(ExpiryPolicy policy) {
        this.policy = policy;
    }

    ExpiryPolicy policy() {
        return policy;
    }

    /** When an entry expires that is created now. */
    long ofCreation(long now) {
        return timeOf(ask(policy::getExpiryForCreation), now, NEVER);
    }

    /** When an entry expires that is read now. */
    long ofAccess(long now, long before) {
        return timeOf(ask(policy::getExpiryForAccess), now, before);
    }

    /** When an entry expires that is given another value now. */
    long ofUpdate(long now, long before) {
        return timeOf(ask(policy::getExpiryForUpdate), now, before);
    }

    private static @Nullable Duration ask(Supplier<Duration> question) {
        try {
            return question.get();
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "an expiry policy failed: its entry lives on", e);
            return null;
        }
    }

    private static long timeOf(@Nullable Duration duration, long now, long otherwise) {
        if (duration == null) {
            return otherwise;
        }
        return duration.isEternal() ? NEVER : duration.getAdjustedTime(now);
    }

    static boolean isOver(long expiry, long now) {
        return expiry <= now;
    }
}
