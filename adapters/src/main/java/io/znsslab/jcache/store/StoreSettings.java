package io.znsslab.jcache.store;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.cache.CacheException;

/**
 * What the store of a cache manager is made of. Each setting is a property {@code io.znsslab.jcache.NAME} of the
 * manager, or {@code NAME=value} in the query of its URI, which takes precedence.
 *
 * @param memoryBytes {@code memory}: memory for entries, in bytes; 256 MiB
 * @param device {@code device}: zoned block device, or file with the semantics of one, to which entries move; none
 * @param deviceBytes {@code device-size}: if there is no such file, its size in bytes; 0 for not making one
 * @param epochBytes {@code epoch}: bytes of entries that share an epoch
 * @param slabBytes {@code slab}: bytes of a slab; 16 KiB
 */
public record StoreSettings(long memoryBytes, Optional<Path> device, long deviceBytes, long epochBytes, int slabBytes) {
    /** What the names of properties begin with. */
    public static final String PREFIX = "io.znsslab.jcache.";

    /** What the names of properties of one cache begin with, followed by its name. */
    public static final String CACHE_PREFIX = PREFIX + "cache.";

    /** The scheme of URIs whose query is read. */
    public static final String SCHEME = "zns-slab";

    private static final String MEMORY = "memory";
    private static final String DEVICE = "device";
    private static final String DEVICE_SIZE = "device-size";
    private static final String EPOCH = "epoch";
    private static final String SLAB = "slab";
    private static final String NAMES = String.join(", ", MEMORY, DEVICE, DEVICE_SIZE, EPOCH, SLAB);

    private static final long LEAST_MEMORY_BYTES = 1 << 20;
    private static final int EPOCHS_IN_MEMORY = 16;
    private static final int LEAST_SLABS_IN_EPOCH = 4;
    private static final long MOST_EPOCH_BYTES = 64 << 20;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*([KMGT]?)(I?B)?");

    /**
     * Reads the settings of a manager.
     *
     * @throws CacheException naming the setting that is unknown or can't be
     */
    public static StoreSettings of(URI uri, Properties properties) {
        Map<String, String> given = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(PREFIX) && !name.startsWith(CACHE_PREFIX)) {
                given.put(name.substring(PREFIX.length()), properties.getProperty(name));
            }
        }
        given.putAll(query(uri));
        long memory = size(given, MEMORY, 256 << 20);
        if (memory < LEAST_MEMORY_BYTES) {
            throw refused(MEMORY, String.valueOf(memory), "must be 1MiB or more");
        }
        long slab = size(given, SLAB, 16 << 10);
        if (slab < 4096 || slab > 65_536 || Long.bitCount(slab) != 1) {
            throw refused(SLAB, String.valueOf(slab), "must be a power of two from 4KiB to 64KiB");
        }
        long usualEpoch = Math.min(MOST_EPOCH_BYTES, memory / EPOCHS_IN_MEMORY);
        long epoch = size(given, EPOCH, Math.max(usualEpoch, LEAST_SLABS_IN_EPOCH * slab));
        if (epoch < LEAST_SLABS_IN_EPOCH * slab || epoch > memory / 4) {
            throw refused(EPOCH, String.valueOf(epoch), "must be four slabs or more, and a quarter of memory at most");
        }
        Optional<Path> device = Optional.ofNullable(given.remove(DEVICE)).map(Path::of);
        long deviceBytes = size(given, DEVICE_SIZE, 0);
        if (!given.isEmpty()) {
            String unknown = given.keySet().iterator().next();
            throw new CacheException(
                    "there is no setting " + unknown + " of a cache manager: the settings are " + NAMES);
        }
        return new StoreSettings(memory, device, deviceBytes, epoch, (int) slab);
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> given = new TreeMap<>();
        if (!SCHEME.equals(uri.getScheme())) {
            return given;
        }
        String[] parts = uri.getRawSchemeSpecificPart().split("\\?", 2);
        for (String setting : parts.length < 2 ? new String[0] : parts[1].split("&", -1)) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new CacheException("'" + setting + "' in the URI " + uri + " is no setting such as memory=64MiB");
            }
            // A plus is one: this is the query of a URI, not of a form.
            String value = setting.substring(equals + 1).replace("+", "%2B");
            given.put(setting.substring(0, equals), URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return given;
    }

    private static long size(Map<String, String> given, String name, long usual) {
        String text = given.remove(name);
        return text == null ? usual : size(name, text);
    }

    /**
     * Reads a number of bytes as people write it: 4096, 64k, 16M, 64MiB; units are binary.
     *
     * @throws CacheException naming the setting
     */
    public static long size(String name, String text) {
        Matcher matcher = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw refused(name, text, "must be a size such as 4096, 64KiB or 2GiB");
        }
        int shift = switch (matcher.group(2)) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            case "T" -> 40;
            default -> 0;
        };
        long amount = Long.parseLong(matcher.group(1));
        if (amount > Long.MAX_VALUE >> shift) {
            throw refused(name, text, "is more bytes than 63 bits can count");
        }
        return amount << shift;
    }

    private static CacheException refused(String name, String value, String rule) {
        return new CacheException("setting " + name + "=" + value + " of a cache manager: " + rule);
    }
}
