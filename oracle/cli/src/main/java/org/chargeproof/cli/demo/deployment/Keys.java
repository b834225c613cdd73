package org.chargeproof.cli.demo.deployment;

import java.security.SecureRandom;
import java.util.List;
import java.util.stream.IntStream;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;

/** Fresh accounts: a demonstration may run on a ledger that others see, so no key of it is known to anybody. */
public final class Keys {
    private static final List<String> NAMES = List.of(
            "Aurora Charge",
            "Boreal Power",
            "Cirrus Drive",
            "Delta Grid",
            "Ember Mobility",
            "Fjord Energy",
            "Gale Charging",
            "Halo Power");
    private static final int KEY_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Keys() {}

    /** The three accounts of an operator. */
    public record Operator(String name, Credentials owner, Credentials oracle, Credentials meter) {}

    /** One operator, with fresh accounts. */
    public static Operator operator(String name) {
        return new Operator(name, fresh(), fresh(), fresh());
    }

    /** So many, with names. */
    public static List<Operator> operators(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> operator(i < NAMES.size() ? NAMES.get(i) : "Operator " + (i + 1)))
                .toList();
    }

    /** An account that nobody has used. */
    public static Credentials fresh() {
        var key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return Credentials.create(Numeric.toHexString(key));
    }
}
