package io.znsslab.emulation.testing;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.DiscoveryFilter;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.discovery.UniqueIdSelector;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * A launcher of Jupiter alone, without the engines and listeners of the class path: it runs inside another launcher.
 */
final class JupiterLauncher {
    private JupiterLauncher() {}

    /** Runs the tests of these unique ids in the calling thread. */
    static void run(Collection<String> ids, Consumer<TestEvent> events) {
        List<UniqueIdSelector> selectors =
                ids.stream().map(DiscoverySelectors::selectUniqueId).toList();
        create().execute(request(selectors, List.of()), new EventRecorder(events));
    }

    static Launcher create() {
        return LauncherFactory.create(LauncherConfig.builder()
                .enableTestEngineAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false)
                .addTestEngines(new JupiterTestEngine())
                .build());
    }

    static LauncherDiscoveryRequest request(
            Collection<? extends DiscoverySelector> selectors, Collection<? extends DiscoveryFilter<?>> filters) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(List.copyOf(selectors))
                .filters(filters.toArray(new DiscoveryFilter<?>[0]))
                .configurationParameter(OnlyInZonedKernel.IN_ZONED_KERNEL, "true")
                .build();
    }
}
