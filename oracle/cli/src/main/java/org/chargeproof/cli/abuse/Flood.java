package org.chargeproof.cli.abuse;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Pause;
import org.web3j.crypto.Credentials;

/**
 * Transactions that only cost others something, one after the other to every node: endless loops, storage, hashes, data, and many
 * small ones. From a member's account, from users' accounts, and from strangers.
 */
final class Flood implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;
    private static final int DATA_BYTES = 100_000;
    private static final long DATA_GAS = 21_000 + 40L * DATA_BYTES;
    private static final long SMALL_GAS = 21_000;
    private static final int SMALL_ONES_A_ROUND = 10;
    private static final String SOMEBODY = "0x000000000000000000000000000000000000dEaD";

    /** Code that runs when a contract is created with it, until its gas is used up. */
    private enum Loop {
        /** JUMPDEST, PUSH1 0, JUMP. */
        JUMPS("0x5b600056"),
        /** Stores i at i, for i from 0 on. */
        STORES("0x60005b808055600101600256"),
        /** Hashes 64 KiB of memory. */
        HASHES("0x5b61ffff60002050600056");

        private final String code;

        Loop(String code) {
            this.code = code;
        }
    }

    private final List<LedgerClient> nodes;
    private final Supplier<Credentials> strangers;
    private final Credentials member;
    private final AbuseLog log;
    private final long blockGas;
    private final Thread thread = Thread.ofPlatform().daemon().name("flood").unstarted(this::run);
    private volatile boolean ended;

    /**
     * @param strangers gives a fresh account each time
     * @param member a member's account that nothing else uses
     * @param blockGas what a block holds
     */
    Flood(List<LedgerClient> nodes, Supplier<Credentials> strangers, Credentials member, AbuseLog log, long blockGas) {
        this.nodes = List.copyOf(nodes);
        this.strangers = strangers;
        this.member = member;
        this.log = log;
        this.blockGas = blockGas;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var members = nodes.stream().map(n -> new Attacker(n, member, log)).toList();
        for (int round = 0; !ended; round++) {
            int node = round % nodes.size();
            wave("flood by a member", members.get(node), round);
            wave("flood by strangers", new Attacker(nodes.get(node), strangers.get(), log), round);
            if (round % 20 == 0) {
                members.forEach(Attacker::lookUp);
            }
            Pause.millis(PAUSE_MILLIS);
        }
        members.forEach(Attacker::lookUp);
    }

    private void wave(String attack, Attacker attacker, int round) {
        var loops = new ArrayList<>(List.of(Loop.values()));
        attacker.send(attack + ": loops", null, loops.get(round % loops.size()).code, blockGas);
        attacker.send(attack + ": data", SOMEBODY, "0x" + "ab".repeat(DATA_BYTES), DATA_GAS);
        for (int i = 0; i < SMALL_ONES_A_ROUND && !ended; i++) {
            attacker.send(attack + ": small ones", SOMEBODY, "0x", SMALL_GAS);
        }
    }
}
