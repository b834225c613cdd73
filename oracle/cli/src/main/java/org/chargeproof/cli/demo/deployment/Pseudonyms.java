package org.chargeproof.cli.demo.deployment;

import java.util.List;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TypedData;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** Drivers' accounts, which sign that an operator vouches for them. */
public final class Pseudonyms {
    private Pseudonyms() {}

    /** The call with which an operator registers drivers, at most 256. */
    public static RemoteFunctionCall<TransactionReceipt> register(
            Network network, int operator, List<Credentials> drivers) {
        long chainId = network.client().chainId();
        String assets = network.assets().getContractAddress();
        return network.assets()
                .registerUsers(
                        drivers.stream().map(Credentials::getAddress).toList(),
                        drivers.stream()
                                .map(d -> TypedData.pseudonym(chainId, assets, operator, d.getAddress())
                                        .sign(d)
                                        .toArray())
                                .toList());
    }
}
