package org.chargeproof.console.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Accounts whose private keys stand in documentation, in tools or in this project: nothing of value may hang on them. */
public final class WellKnownKeys {
    private static final String FILE = "well-known-keys.txt";
    private static final Map<String, String> ORIGINS = load();

    private WellKnownKeys() {}

    /**
     * Where everybody finds an account's private key; empty when it is not known to be public.
     *
     * @param address in hex with 0x
     */
    public static Optional<String> origin(String address) {
        return Optional.ofNullable(ORIGINS.get(address.toLowerCase(Locale.ROOT)));
    }

    /**
     * Refuses an account whose key everybody knows.
     *
     * @throws BadInputException saying where its key is published
     */
    public static void refuse(String address) {
        origin(address).ifPresent(origin -> {
            throw new BadInputException("everybody knows the key of " + address + " (" + origin
                    + "); the production profile does not use it. Make a new account.");
        });
    }

    /** One account a line: address, then where its key is published. */
    private static Map<String, String> load() {
        try (InputStream in = Objects.requireNonNull(WellKnownKeys.class.getResourceAsStream(FILE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" ", 2))
                    .collect(Collectors.toUnmodifiableMap(p -> p[0].toLowerCase(Locale.ROOT), p -> p[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
