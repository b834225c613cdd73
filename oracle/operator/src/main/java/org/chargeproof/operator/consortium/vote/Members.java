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
    private static final int FIRST_PROVIDER = 61;
    private static final int MOST_ID = 255;

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

    /** A provider without charge points as the contract knows it, with checksummed addresses. */
    public record Provider(int provider, String name, String owner, String desk) {}

    /** All providers without charge points, by their ids. */
    public static List<Provider> providers(Network network) {
        BigInteger word = network.client().call(network.consortium().providers());
        var providers = new ArrayList<Provider>();
        for (int id = FIRST_PROVIDER; id <= MOST_ID; id++) {
            if (word.testBit(id)) {
                var accounts = network.client().call(network.consortium().accountsOf(BigInteger.valueOf(id)));
                providers.add(new Provider(
                        id,
                        name(network, id),
                        Keys.toChecksumAddress(accounts.owner),
                        Keys.toChecksumAddress(accounts.meter)));
            }
        }
        return providers;
    }

    /** What somebody with an id is called: an operator, or a provider without charge points. */
    public static String kind(int id) {
        return id < FIRST_PROVIDER ? "operator" : "provider";
    }

    /** An operator's name as it stands on the ledger, also of one that is no member any more. */
    static String name(Network network, int operator) {
        return network.client().call(network.consortium().nameOf(BigInteger.valueOf(operator)));
    }

    /** Who an operator is, for people: its name is its own choice, its id and its owner's address are not. */
    public static String label(Network network, int operator) {
        var accounts = network.client().call(network.consortium().accountsOf(BigInteger.valueOf(operator)));
        return kind(operator) + " " + operator + " '" + Printable.of(name(network, operator)) + "' (owner "
                + Keys.toChecksumAddress(accounts.owner) + ")";
    }

    private static int byteOf(BigInteger word, int index) {
        return word.shiftRight(8 * index).and(BigInteger.valueOf(0xff)).intValueExact();
    }
}
