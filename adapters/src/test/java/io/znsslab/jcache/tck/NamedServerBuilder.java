package io.znsslab.jcache.tck;

import javax.management.MBeanServer;
import javax.management.MBeanServerBuilder;
import javax.management.MBeanServerDelegate;

/** Gives the platform's server of managed beans the name by which the official tests look for it. */
public final class NamedServerBuilder extends MBeanServerBuilder {
    /** For the JVM, which is given the class's name. */
    public NamedServerBuilder() {}

    @Override
    public MBeanServer newMBeanServer(String defaultDomain, MBeanServer outer, MBeanServerDelegate delegate) {
        return super.newMBeanServer(defaultDomain, outer, new NamedDelegate());
    }

    private static final class NamedDelegate extends MBeanServerDelegate {
        @Override
        public synchronized String getMBeanServerId() {
            return System.getProperty("org.jsr107.tck.management.agentId");
        }
    }
}
