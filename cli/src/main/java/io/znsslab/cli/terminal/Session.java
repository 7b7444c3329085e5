package io.znsslab.cli.terminal;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command sees of the process that it runs in, in one place so that tests can give it another.
 *
 * @param environment the environment variables
 * @param terminal where to print
 * @param question how to ask the person who gave the command
 */
public record Session(Map<String, String> environment, Terminal terminal, Question question) {
    public Session {
        environment = Map.copyOf(environment);
    }

    /** A session without a terminal. */
    public Session(Map<String, String> environment, Terminal terminal) {
        this(environment, terminal, Question.NOBODY);
    }

    /** The variable's value; empty where it is not set or has no characters, which users mean to be the same. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /**
     * The user's folder of settings for this program: {@code $XDG_CONFIG_HOME/zns-slab}, else
     * {@code ~/.config/zns-slab}.
     */
    public Path settingsFolder() {
        // The XDG base directory specification says that a relative path is invalid and to be ignored.
        return variable("XDG_CONFIG_HOME")
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> home().resolve(".config"))
                .resolve("zns-slab");
    }

    /**
     * The folder for what is made once and used again: {@code $ZNS_SLAB_CACHE}, else {@code $XDG_CACHE_HOME/zns-slab},
     * else {@code ~/.cache/zns-slab}.
     */
    public Path cacheFolder() {
        return variable("ZNS_SLAB_CACHE")
                .map(Path::of)
                .or(() -> variable("XDG_CACHE_HOME").map(caches -> Path.of(caches, "zns-slab")))
                .orElseGet(() -> home().resolve(".cache").resolve("zns-slab"));
    }

    private Path home() {
        return Path.of(variable("HOME").orElseGet(() -> System.getProperty("user.home")));
    }
}
