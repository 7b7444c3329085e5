package io.znsslab.jcache;

import java.lang.management.ManagementFactory;
import javax.cache.CacheException;
import javax.cache.management.CacheMXBean;
import javax.cache.management.CacheStatisticsMXBean;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/** Registers the beans of caches with the platform's server, under the names that JCache gives them. */
final class ManagedBeans {
    private ManagedBeans() {}

    static void register(SlabCache<?, ?> cache, CacheMXBean bean) {
        register(name(cache, "CacheConfiguration"), bean, CacheMXBean.class);
    }

    static void register(SlabCache<?, ?> cache, CacheStatisticsMXBean bean) {
        register(name(cache, "CacheStatistics"), bean, CacheStatisticsMXBean.class);
    }

    private static <T> void register(ObjectName name, T bean, Class<T> type) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            if (!server.isRegistered(name)) {
                server.registerMBean(new StandardMBean(bean, type, true), name);
            }
        } catch (JMException e) {
            throw new CacheException("can't register " + name + " for management: " + e.getMessage(), e);
        }
    }

    static void unregisterConfiguration(SlabCache<?, ?> cache) {
        unregister(name(cache, "CacheConfiguration"));
    }

    static void unregisterStatistics(SlabCache<?, ?> cache) {
        unregister(name(cache, "CacheStatistics"));
    }

    private static void unregister(ObjectName name) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            if (server.isRegistered(name)) {
                server.unregisterMBean(name);
            }
        } catch (JMException e) {
            throw new CacheException("can't take " + name + " from management: " + e.getMessage(), e);
        }
    }

    private static ObjectName name(SlabCache<?, ?> cache, String type) {
        String text = "javax.cache:type=" + type + ",CacheManager="
                + sanitized(cache.getCacheManager().getURI().toString()) + ",Cache=" + sanitized(cache.getName());
        try {
            return new ObjectName(text);
        } catch (JMException e) {
            throw new CacheException("no name of a managed bean: " + text, e);
        }
    }

    /** As JCache's specification has it. */
    private static String sanitized(String name) {
        return name.replaceAll("[,:=\n*?\"]", ".");
    }
}
