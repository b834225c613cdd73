package org.chargeproof.operator.owner;

import org.chargeproof.console.input.Invocation;
import org.web3j.crypto.Keys;

/** Commands for others to run, each over its own node and with its own key. */
public final class Next {
    private Next() {}

    public static String command(String command, String contract) {
        return Invocation.of("consortium ") + command + " --rpc URL --contract " + Keys.toChecksumAddress(contract)
                + " --key OWNER-KEY";
    }
}
