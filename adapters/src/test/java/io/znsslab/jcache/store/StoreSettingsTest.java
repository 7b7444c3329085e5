package io.znsslab.jcache.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Properties;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreSettingsTest {
    private static StoreSettings of(String uri) {
        return StoreSettings.of(URI.create(uri), new Properties());
    }

    @Test
    void withoutAnySettingThereIsMemoryAlone() {
        assertThat(of("zns-slab:default")).isEqualTo(StoreSettings.of(URI.create("http://x/?a=b"), new Properties()));
        assertThat(of("zns-slab:default").device()).isEmpty();
        assertThat(of("zns-slab:default").memoryBytes()).isEqualTo(256 << 20);
    }

    @Test
    void theUriTakesPrecedenceOverProperties() {
        Properties properties = new Properties();
        properties.setProperty("io.znsslab.jcache.memory", "64MiB");
        properties.setProperty("io.znsslab.jcache.slab", "4k");
        properties.setProperty("io.znsslab.jcache.cache.sessions.maximum", "1MiB");

        StoreSettings settings =
                StoreSettings.of(URI.create("zns-slab:x?memory=32MiB&device=/tmp/a%20b+c&epoch=1MiB"), properties);

        assertThat(settings.memoryBytes()).isEqualTo(32 << 20);
        assertThat(settings.device()).contains(Path.of("/tmp/a b+c"));
        assertThat(settings.epochBytes()).isEqualTo(1 << 20);
        assertThat(settings.slabBytes()).isEqualTo(4096);
    }

    @ParameterizedTest
    @CsvSource({
        "memory=12x, a size such as",
        "memory=1k, 1MiB or more",
        "memory=99999999999999T, 63 bits",
        "slab=5000, power of two",
        "epoch=1k, four slabs",
        "epoch=1G, a quarter of memory",
        "color=red, there is no setting color",
        "memory, is no setting such as",
    })
    void whatCannotBeIsRefusedByName(String query, String reason) {
        assertThatThrownBy(() -> of("zns-slab:x?" + query))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining(query.split("=", 2)[0])
                .hasMessageContaining(reason);
    }
}
