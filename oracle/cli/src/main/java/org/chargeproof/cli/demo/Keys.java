package org.chargeproof.cli.demo;

import java.security.SecureRandom;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;

/** Fresh accounts: a demonstration may run on a ledger that others see, so no key of it is known to anybody. */
final class Keys {
    private static final int KEY_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Keys() {}

    /** The three accounts of an operator. */
    record Operator(String name, Credentials owner, Credentials oracle, Credentials meter) {}

    static Operator operator(String name) {
        return new Operator(name, fresh(), fresh(), fresh());
    }

    static Credentials fresh() {
        var key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return Credentials.create(Numeric.toHexString(key));
    }
}
