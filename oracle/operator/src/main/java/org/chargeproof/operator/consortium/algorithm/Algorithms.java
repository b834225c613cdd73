package org.chargeproof.operator.consortium.algorithm;

import java.math.BigInteger;
import java.util.Arrays;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.contracts.AlgorithmRegistry;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.operator.owner.Transactions;

/** Sends a program to the ledger, and approvals of it; {@link Transactions#confirm} tells whether they were taken. */
public final class Algorithms {
    private final Network network;
    private final Program program;
    private final Transactions transactions;

    public Algorithms(Network network, Program program, Transactions transactions) {
        this.network = network;
        this.program = program;
        this.transactions = transactions;
    }

    /** Announces an owner's upload. */
    public void announce(TransactionSigner owner, ProgramJar jar) {
        transactions.send(
                owner,
                "announcing the " + program.words(),
                address(),
                contract().start(id(jar), BigInteger.valueOf(jar.size()), "chargeproof " + program.words()));
    }

    /**
     * Stores the bytes.
     *
     * @param firstChunk chunks before this one are stored already
     * @return how many chunks were sent
     */
    public int store(TransactionSigner owner, ProgramJar jar, int firstChunk) {
        byte[] bytes = jar.bytes();
        int chunk = network.client().call(contract().chunkBytes()).intValueExact();
        int sent = 0;
        for (int i = firstChunk; i * chunk < bytes.length; i++) {
            byte[] part = Arrays.copyOfRange(bytes, i * chunk, Math.min(bytes.length, (i + 1) * chunk));
            transactions.send(
                    owner,
                    "storing the " + program.words(),
                    address(),
                    contract().store(id(jar), BigInteger.valueOf(i), part));
            sent++;
        }
        return sent;
    }

    /** Lets the ledger check the hash of all bytes. */
    public void seal(TransactionSigner owner, ProgramJar jar) {
        transactions.send(
                owner, "sealing the " + program.words(), address(), contract().seal(id(jar)));
    }

    /** Approves that an algorithm counts from a timestep on. */
    public void approve(TransactionSigner owner, Bytes32 algorithm, int fromTimestep) {
        transactions.send(
                owner,
                "approving the " + program.words(),
                address(),
                contract().approve(algorithm.toArrayUnsafe(), BigInteger.valueOf(fromTimestep)));
    }

    /** Whether all of an algorithm is on the ledger, and its hash was checked. */
    public boolean isStored(Bytes32 algorithm) {
        return network.client()
                .call(contract().sizeOf(algorithm.toArrayUnsafe()))
                .component3();
    }

    private AlgorithmRegistry contract() {
        return program.registry(network);
    }

    private String address() {
        return contract().getContractAddress();
    }

    private static byte[] id(ProgramJar jar) {
        return jar.id().toArrayUnsafe();
    }
}
