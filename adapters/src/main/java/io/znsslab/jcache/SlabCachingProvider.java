package io.znsslab.jcache;

import io.znsslab.jcache.store.StoreSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import javax.cache.CacheManager;
import javax.cache.configuration.OptionalFeature;
import javax.cache.spi.CachingProvider;
import org.jspecify.annotations.Nullable;

/** JCache's way in: {@code Caching.getCachingProvider()} finds it. Thread-safe. */
public final class SlabCachingProvider implements CachingProvider {
    private static final URI DEFAULT_URI = URI.create(StoreSettings.SCHEME + ":default");

    // under its monitor
    private final Map<ClassLoader, Map<URI, SlabCaches>> managers = new WeakHashMap<>();

    /** For the service loader. */
    public SlabCachingProvider() {}

    /**
     * The manager of that URI and class loader; a new one if there is none.
     *
     * @param uri a name, whose query may hold settings if its scheme is {@code zns-slab}; null for the default
     * @param classLoader from which classes of keys and values come; null for the default
     * @param properties settings of a new manager; null for the default
     * @throws javax.cache.CacheException naming a setting that is unknown or can't be
     */
    @Override
    public CacheManager getCacheManager(
            @Nullable URI uri, @Nullable ClassLoader classLoader, @Nullable Properties properties) {
        URI name = uri == null ? DEFAULT_URI : uri;
        ClassLoader loader = classLoader == null ? getDefaultClassLoader() : classLoader;
        synchronized (managers) {
            Map<URI, SlabCaches> ofLoader = managers.computeIfAbsent(loader, _ -> new HashMap<>());
            SlabCaches caches = ofLoader.get(name);
            if (caches == null || caches.isClosed()) {
                Properties settings = properties == null ? getDefaultProperties() : properties;
                caches = new SlabCaches(this, name, loader, settings);
                ofLoader.put(name, caches);
            }
            return caches;
        }
    }

    @Override
    public CacheManager getCacheManager(@Nullable URI uri, @Nullable ClassLoader classLoader) {
        return getCacheManager(uri, classLoader, getDefaultProperties());
    }

    @Override
    public CacheManager getCacheManager() {
        return getCacheManager(getDefaultURI(), getDefaultClassLoader());
    }

    @Override
    public ClassLoader getDefaultClassLoader() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread == null ? SlabCachingProvider.class.getClassLoader() : ofThread;
    }

    @Override
    public URI getDefaultURI() {
        return DEFAULT_URI;
    }

    /** The settings among the JVM's system properties; each has a default. */
    @Override
    public Properties getDefaultProperties() {
        Properties settings = new Properties();
        Properties ofJvm = System.getProperties();
        for (String name : ofJvm.stringPropertyNames()) {
            if (name.startsWith(StoreSettings.PREFIX)) {
                settings.setProperty(name, ofJvm.getProperty(name));
            }
        }
        return settings;
    }

    @Override
    public void close() {
        close(_ -> true);
    }

    @Override
    public void close(@Nullable ClassLoader classLoader) {
        ClassLoader loader = classLoader == null ? getDefaultClassLoader() : classLoader;
        close(caches -> loader.equals(caches.getClassLoader()));
    }

    @Override
    public void close(@Nullable URI uri, @Nullable ClassLoader classLoader) {
        URI name = uri == null ? DEFAULT_URI : uri;
        ClassLoader loader = classLoader == null ? getDefaultClassLoader() : classLoader;
        close(caches ->
                loader.equals(caches.getClassLoader()) && caches.getURI().equals(name));
    }

    private void close(Predicate<SlabCaches> which) {
        List<SlabCaches> toClose = new ArrayList<>();
        synchronized (managers) {
            managers.values()
                    .forEach(ofLoader -> toClose.addAll(
                            ofLoader.values().stream().filter(which).toList()));
        }
        // Not under the monitor: a manager that closes has itself forgotten here.
        toClose.forEach(SlabCaches::close);
    }

    void forget(SlabCaches caches) {
        synchronized (managers) {
            managers.values().forEach(ofLoader -> ofLoader.remove(caches.getURI(), caches));
            managers.values().removeIf(Map::isEmpty);
        }
    }

    /** Storing by reference is not supported: values lie off the heap. */
    @Override
    public boolean isSupported(OptionalFeature feature) {
        return false;
    }
}
