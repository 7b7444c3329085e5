package io.znsslab.cli.config;

/**
 * A setting's value and its source.
 *
 * @param value never empty
 * @param origin the strongest source that had one
 * @param source that source by name: {@code --device}, {@code ZNS_SLAB_DEVICE}, the file's path, {@code default}
 */
public record SettingValue(String value, Origin origin, String source) {}
