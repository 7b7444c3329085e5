package io.znsslab.jcache;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import javax.cache.CacheException;

/**
 * Keys and values as bytes: strings, byte arrays, integers and longs in a short form, everything else by Java's
 * serialisation, its classes looked up in the manager's class loader. The first byte says which. Thread-safe.
 */
final class Codec {
    private static final byte SERIALIZED = 0;
    private static final byte BYTES = 1;
    private static final byte LATIN_1 = 2;
    private static final byte UTF_16 = 3;
    private static final byte INT = 4;
    private static final byte LONG = 5;

    /** Those that no caller can change. */
    private static final Set<Class<?>> IMMUTABLE = Set.of(
            String.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Character.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class,
            UUID.class,
            URI.class,
            Instant.class,
            LocalDate.class);

    private final Supplier<ClassLoader> classes;

    /** @param classes the class loader of the manager */
    Codec(Supplier<ClassLoader> classes) {
        this.classes = classes;
    }

    /**
     * The bytes of a key or value.
     *
     * @throws CacheException if it can't be serialised
     */
    byte[] encode(Object object) {
        return switch (object) {
            case byte[] bytes -> tagged(BYTES, bytes);
            case String text -> encode(text);
            case Integer number ->
                ByteBuffer.allocate(1 + Integer.BYTES).put(INT).putInt(number).array();
            case Long number ->
                ByteBuffer.allocate(1 + Long.BYTES).put(LONG).putLong(number).array();
            default -> serialized(object);
        };
    }

    private static byte[] tagged(byte tag, byte[] bytes) {
        byte[] tagged = new byte[1 + bytes.length];
        tagged[0] = tag;
        System.arraycopy(bytes, 0, tagged, 1, bytes.length);
        return tagged;
    }

    private static byte[] encode(String text) {
        byte[] short1 = text.getBytes(StandardCharsets.ISO_8859_1);
        // What has no such byte became a question mark.
        if (new String(short1, StandardCharsets.ISO_8859_1).equals(text)) {
            return tagged(LATIN_1, short1);
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(1 + text.length() * Character.BYTES).put(UTF_16);
        // Not by an encoder: a surrogate may be alone.
        text.chars().forEach(unit -> bytes.putChar((char) unit));
        return bytes.array();
    }

    private static byte[] serialized(Object object) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(SERIALIZED);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException e) {
            throw new CacheException(
                    "an object of " + object.getClass().getName()
                            + " can't be stored by value: it must be serializable",
                    e);
        }
        return bytes.toByteArray();
    }

    /**
     * The key or value of such bytes.
     *
     * @throws CacheException if a class of it is not there, or has changed
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // what comes out is what went in
    <T> T decode(byte[] bytes) {
        ByteBuffer rest = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        return (T)
                switch (bytes[0]) {
                    case BYTES -> Arrays.copyOfRange(bytes, 1, bytes.length);
                    case LATIN_1 -> new String(bytes, 1, bytes.length - 1, StandardCharsets.ISO_8859_1);
                    case UTF_16 -> rest.asCharBuffer().toString();
                    case INT -> rest.getInt();
                    case LONG -> rest.getLong();
                    default -> deserialized(bytes);
                };
    }

    private Object deserialized(byte[] bytes) {
        InputStream rest = new ByteArrayInputStream(bytes, 1, bytes.length - 1);
        try (ObjectInputStream in = new LoadingStream(rest, classes.get())) {
            return in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new CacheException("a stored object can't be read back: " + e.getMessage(), e);
        }
    }

    /** The object itself if it can't be changed, else a copy. */
    <T> T copy(T object) {
        return isImmutable(object) ? object : decode(encode(object));
    }

    private static boolean isImmutable(Object object) {
        return IMMUTABLE.contains(object.getClass()) || object instanceof Enum<?>;
    }

    /** Looks classes up in the manager's class loader first. */
    private static final class LoadingStream extends ObjectInputStream {
        private final ClassLoader loader;

        LoadingStream(InputStream in, ClassLoader loader) throws IOException {
            super(in);
            this.loader = loader;
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass described) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(described.getName(), false, loader);
            } catch (ClassNotFoundException e) {
                // Primitive types among others.
                return super.resolveClass(described);
            }
        }

        @Override
        protected Class<?> resolveProxyClass(String[] names) throws IOException, ClassNotFoundException {
            Class<?>[] interfaces = new Class<?>[names.length];
            for (int i = 0; i < names.length; i++) {
                interfaces[i] = Class.forName(names[i], false, loader);
            }
            return Proxy.newProxyInstance(loader, interfaces, (_, _, _) -> null).getClass();
        }
    }
}
