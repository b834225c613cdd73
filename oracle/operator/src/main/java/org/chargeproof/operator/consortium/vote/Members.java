package org.chargeproof.operator.consortium.vote;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.chargeproof.console.output.Printable;
import org.chargeproof.ledger.Network;
import org.web3j.crypto.Keys;

/** Asks a network's Consortium about its members. */
public final class Members {
    private static final int COUNT_BYTE = 31;

    private Members() {}

    /** A member as the contract knows it, with checksummed addresses. */
    public record Member(int operator, String name, String owner, String oracle, String meter) {}

    /** All members, in the order of their rotation. */
    public static List<Member> all(Network network) {
        BigInteger word = network.client().call(network.consortium().members());
        var members = new ArrayList<Member>();
        for (int i = 0; i < byteOf(word, COUNT_BYTE); i++) {
            int operator = byteOf(word, i);
            var accounts = network.client().call(network.consortium().accountsOf(BigInteger.valueOf(operator)));
            members.add(new Member(
                    operator,
                    name(network, operator),
                    Keys.toChecksumAddress(accounts.owner),
                    Keys.toChecksumAddress(accounts.oracle),
                    Keys.toChecksumAddress(accounts.meter)));
        }
        return members;
    }

    /** An operator's name as it stands on the ledger, also of one that is no member any more. */
    static String name(Network network, int operator) {
        return network.client().call(network.consortium().nameOf(BigInteger.valueOf(operator)));
    }

    /** Who an operator is, for people: its name is its own choice, its id and its owner's address are not. */
    public static String label(Network network, int operator) {
        var accounts = network.client().call(network.consortium().accountsOf(BigInteger.valueOf(operator)));
        return "operator " + operator + " '" + Printable.of(name(network, operator)) + "' (owner "
                + Keys.toChecksumAddress(accounts.owner) + ")";
    }

    private static int byteOf(BigInteger word, int index) {
        return word.shiftRight(8 * index).and(BigInteger.valueOf(0xff)).intValueExact();
    }
}
