package io.znsslab.emulation.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * A test's failure in a form that can be serialized whatever its class holds: text, stack trace, causes and suppressed
 * exceptions are the original's. A failed assertion stays an {@link AssertionError}, because JUnit tells failures from
 * errors by that.
 */
final class PortableFailure {
    private PortableFailure() {}

    /** Stands for an {@link AssertionError}. */
    private static final class Assertion extends AssertionError {
        private static final long serialVersionUID = 1L;
        private final String original;

        Assertion(Throwable of, Throwable cause) {
            super(of.getMessage(), cause);
            original = of.toString();
        }

        @Override
        @SuppressWarnings("OverrideThrowableToString") // A trace shows the original, and its message stays what it was.
        public String toString() {
            return original;
        }
    }

    /** Stands for any other throwable. */
    private static final class Other extends Exception {
        private static final long serialVersionUID = 1L;
        private final String original;

        Other(Throwable of, Throwable cause) {
            super(of.getMessage(), cause);
            original = of.toString();
        }

        @Override
        @SuppressWarnings("OverrideThrowableToString") // A trace shows the original, and its message stays what it was.
        public String toString() {
            return original;
        }
    }

    static String encode(Throwable failure) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(portable(failure, Collections.newSetFromMap(new IdentityHashMap<>())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    static Throwable decode(String encoded) {
        try (ObjectInputStream in = new ObjectInputStream(
                new ByteArrayInputStream(Base64.getDecoder().decode(encoded)))) {
            return (Throwable) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("A failure from the guest can't be read", e);
        }
    }

    /** @param above the throwables that have this one as a cause or suppressed exception; they may form circles */
    private static Throwable portable(Throwable failure, Set<Throwable> above) {
        if (failure == null || !above.add(failure)) {
            return null;
        }
        Throwable cause = portable(failure.getCause(), above);
        Throwable portable =
                failure instanceof AssertionError ? new Assertion(failure, cause) : new Other(failure, cause);
        portable.setStackTrace(failure.getStackTrace());
        for (Throwable suppressed : failure.getSuppressed()) {
            Throwable portableSuppressed = portable(suppressed, above);
            if (portableSuppressed != null) {
                portable.addSuppressed(portableSuppressed);
            }
        }
        return portable;
    }
}
