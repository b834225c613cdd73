package org.chargeproof.cli.abuse;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.RpcErrorException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.utils.Numeric;

/** One member and a stranger, who do all that they can think of, all the time, beside a network that goes on. */
public final class Abuse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Abuse.class);
    private static final int KEY_BYTES = 32;
    private static final long END_SECONDS = 30;

    private final List<LedgerClient> nodes = new ArrayList<>();
    private final AbuseLog log = new AbuseLog();
    private final ProcessMemory memory = new ProcessMemory();
    private final HostileMember member;
    private final Flood flood;
    private final boolean inBackground;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("abuse").factory());

    /**
     * Who attacks, and what.
     *
     * @param rpcUrls of the network's nodes; the member's own is the last
     * @param consortium the network
     * @param operator the hostile member's id
     * @param pseudonymsOfOthers accounts that other operators vouch for
     * @param sharedGroup somebody else's group in which it may have charge points
     * @param pointsOfOthers charge points 0 to this, without it, belong to others
     * @param inBackground whether time goes on by itself: then everything is attacked at once, and nodes are flooded
     */
    public record Target(
            List<String> rpcUrls,
            String consortium,
            int operator,
            Credentials owner,
            Credentials oracle,
            Credentials meter,
            List<String> pseudonymsOfOthers,
            int sharedGroup,
            int pointsOfOthers,
            boolean inBackground) {}

    /**
     * What was tried, and what it came to.
     *
     * @param attacks by kind
     * @param memoryMiB of nodes and oracles, at the start of each timestep
     */
    public record Report(Map<String, AbuseLog.Counts> attacks, Map<String, List<Long>> memoryMiB) {}

    public Abuse(Target target) {
        target.rpcUrls().forEach(url -> nodes.add(LedgerClient.connect(url)));
        LedgerClient own = nodes.getLast();
        this.member = new HostileMember(
                Network.discover(own, target.consortium()),
                target.operator(),
                target.owner(),
                target.meter(),
                target.oracle(),
                Abuse::fresh,
                target.pseudonymsOfOthers(),
                target.sharedGroup(),
                target.pointsOfOthers(),
                log);
        this.flood = new Flood(nodes, Abuse::fresh, fresh(), log, blockGas(own));
        this.inBackground = target.inBackground();
        if (inBackground) {
            flood.start();
        }
    }

    /** A timestep has begun. */
    public void timestep(int timestep, Map<String, Long> pids) {
        pids.forEach(memory::sample);
        attack(() -> member.attack(timestep));
    }

    /** The gate of a timestep has closed. */
    public void gate(int timestep) {
        attack(() -> member.post(timestep));
    }

    /** What it came to so far. */
    public Report report() {
        attack(member::lookUp);
        return new Report(log.byAttack(), memory.mebibytes());
    }

    @Override
    public void close() {
        if (inBackground) {
            flood.close();
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        nodes.forEach(LedgerClient::close);
    }

    /** An attack that still runs is not started a second time: it is as fast as its node. */
    private void attack(Runnable attack) {
        if (!inBackground) {
            run(attack);
        } else if (busy.compareAndSet(false, true)) {
            thread.execute(() -> {
                try {
                    run(attack);
                } finally {
                    busy.set(false);
                }
            });
        }
    }

    private static void run(Runnable attack) {
        try {
            attack.run();
        } catch (LedgerException | RpcErrorException e) {
            LOG.info("an attack ended early: {}", e.getMessage());
        }
    }

    private static long blockGas(LedgerClient node) {
        String gas = node.ask(node.web3j().ethGetBlockByNumber(DefaultBlockParameterName.LATEST, false))
                .getBlock()
                .getGasLimitRaw();
        return Numeric.decodeQuantity(gas)
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValueExact();
    }

    private static Credentials fresh() {
        var key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return Credentials.create(Numeric.toHexString(key));
    }
}
