package org.chargeproof.view.model;

import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.channel.Channels;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.MarketTerms;
import org.chargeproof.protocol.reputation.Reputations;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.view.verify.OwnBills;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bills, channels and reputations, folded from the same logs as the state and those of the contracts that bill and pay. What goes wrong
 * here stops no plan: all of it is given up then, with the reason. Not thread-safe.
 */
public final class MarketView {
    private static final Logger LOG = LoggerFactory.getLogger(MarketView.class);

    /** Inputs, bills and trees over them of all settlements that are remembered: 90,000 sessions of a day each. */
    public static final long MOST_BYTES = 64L << 20;

    private final MarketTerms terms;
    private final int historyTimesteps;
    private final long mostBytes;
    private final BillingState billing;
    private final Reputations reputations = new Reputations();
    /** Final ones, and the one that runs. */
    private final TreeMap<Integer, SettlementView> settlements = new TreeMap<>();

    private long bytes;
    private String problem = "";

    /**
     * @param historyTimesteps how long bills are remembered
     */
    public MarketView(NetworkParameters parameters, LedgerEvent.MarketLinked linked, int historyTimesteps) {
        this(parameters, linked, historyTimesteps, MOST_BYTES);
    }

    MarketView(NetworkParameters parameters, LedgerEvent.MarketLinked linked, int historyTimesteps, long mostBytes) {
        this.terms = linked.terms();
        this.historyTimesteps = historyTimesteps;
        this.mostBytes = mostBytes;
        this.billing = new BillingState(parameters);
    }

    /** What bills depend on. */
    public BillingState billing() {
        return billing;
    }

    /** By what they are computed. */
    public MarketTerms terms() {
        return terms;
    }

    public Channels channels() {
        return reputations.channels();
    }

    public Reputations reputations() {
        return reputations;
    }

    /** Why all of it was given up; empty when it was not. */
    public String problem() {
        return problem;
    }

    /** How long bills are remembered. */
    public int historyTimesteps() {
        return historyTimesteps;
    }

    /** The newest settlement that has a bill of a session; null when none that is remembered has. */
    public @Nullable SettlementView settlementOf(int session) {
        for (var settlement : settlements.descendingMap().values()) {
            if (settlement.indexOf(session) >= 0) {
                return settlement;
            }
        }
        return null;
    }

    /** Something cannot be so: nothing of it is told any more until the chain is followed from its beginning. */
    public void giveUp(RuntimeException e) {
        if (problem.isEmpty()) {
            problem = "bills, channels and reputations are given up: " + e;
            LOG.error("{}", problem, e);
            settlements.clear();
        }
    }

    /** A settlement begins, before the events of its first block. */
    public void begin(OwnBills bills) {
        if (!problem.isEmpty()) {
            return;
        }
        var before = settlements.lastEntry();
        if (before != null && !before.getValue().isFinal()) {
            // its sessions are in this one
            forget(before.getKey());
        }
        settlements.put(bills.timestep(), new SettlementView(bills));
        bytes += bills.bytes();
        while (settlements.size() > 1
                && (bytes > mostBytes || settlements.firstKey() < bills.timestep() - historyTimesteps)) {
            forget(settlements.firstKey());
        }
    }

    /** Follows one event of any of the network's contracts but the registry of programs of bills. */
    public void apply(LedgerEvent event, BlockHeader header) {
        if (!problem.isEmpty()) {
            return;
        }
        try {
            reputations.apply(event, header.number(), billing);
            billing.apply(event);
            follow(event, header);
        } catch (RuntimeException e) {
            giveUp(e);
        }
    }

    /** A program that computes bills is approved. */
    public void applyValuation(LedgerEvent.AlgorithmActivated event) {
        billing.applyValuation(event);
    }

    private void follow(LedgerEvent event, BlockHeader header) {
        switch (event) {
            case LedgerEvent.SettlementPosted e -> {
                var settlement = settlements.get(e.timestep());
                if (settlement != null && !settlement.isFinal()) {
                    settlement.posts.add(e);
                }
            }
            case LedgerEvent.SettlementAttested e -> {
                var settlement = settlements.get(e.timestep());
                if (settlement != null) {
                    settlement.votes.put(e.operator(), e.candidate());
                }
            }
            case LedgerEvent.SettlementFinal e -> {
                var settlement = settlements.get(e.timestep());
                if (settlement != null) {
                    settlement.finalCandidate = e.candidate();
                    settlement.finalBlock = header.number();
                    settlement.posts.removeIf(post -> post.candidate() != e.candidate());
                }
            }
            case LedgerEvent.TokensClaimed e -> claim(e.session(), (s, i) -> s.tokensClaimed.set(i));
            case LedgerEvent.CompensationClaimed e -> claim(e.session(), (s, i) -> s.compensationsClaimed.set(i));
            default -> {
                // nothing that is remembered here
            }
        }
    }

    private void claim(int session, BiConsumer<SettlementView, Integer> mark) {
        var settlement = settlementOf(session);
        if (settlement != null && settlement.isFinal()) {
            mark.accept(settlement, settlement.indexOf(session));
        }
    }

    private void forget(int timestep) {
        var old = settlements.remove(timestep);
        if (old != null) {
            bytes -= old.bills().bytes();
        }
    }
}
