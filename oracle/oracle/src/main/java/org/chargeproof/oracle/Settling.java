package org.chargeproof.oracle;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.ledger.AlgorithmStore;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.oracle.Speaker.Statement;
import org.chargeproof.oracle.Speaker.Turn;
import org.chargeproof.protocol.algorithm.JarAlgorithm;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.fold.Fold;
import org.chargeproof.protocol.ledger.LedgerEvent.SettlementPosted;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator says to each settlement: it computes all bills when the settlement's timestep begins, and posts them or attests another's
 * until the next one begins. What goes wrong here is said, and stops no plan.
 */
final class Settling {
    private static final Logger LOG = LoggerFactory.getLogger(Settling.class);
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    private final org.chargeproof.contracts.Settlement contract;
    private final NetworkParameters parameters;
    private final Supplier<Fold> fold;
    private final Membership membership;
    private final AlgorithmStore valuations;
    private final BillStore bills;
    private final OracleMetrics metrics;
    private final UnaryOperator<Settlement> told;
    private final Speaker<SettlementPosted> speaker;
    private final Map<Bytes32, PlanningAlgorithm> loaded = new HashMap<>();
    private @Nullable Settlement current;
    private int looked;

    /**
     * @param folder for bills and for the programs that compute them
     * @param writer writes to the contract
     * @param told given what was computed, what is posted and attested in its place: the same, of an honest oracle
     */
    Settling(
            Network network,
            Supplier<Fold> fold,
            Membership membership,
            Path folder,
            LedgerWriter writer,
            OracleMetrics metrics,
            UnaryOperator<Settlement> told) {
        var market = network.requireMarket();
        this.contract = market.settlement();
        this.parameters = network.parameters();
        this.fold = fold;
        this.membership = membership;
        this.valuations = new AlgorithmStore(network.client(), market.valuations(), folder.resolve("algorithms"));
        this.bills = new BillStore(folder.resolve("settlements"));
        this.metrics = metrics;
        this.told = told;
        this.speaker =
                new Speaker<>("settlement", membership, writer, metrics, metrics.settlements, metrics.wrongSettlements);
    }

    /**
     * A timestep has begun: computes the settlement that begins with it, if one does.
     *
     * @param before folded up to the block before, and no further
     */
    void begin(int timestep, Fold before, long snapshotBlock) {
        var state = before.billing();
        if (state == null || state.terms() == null || timestep != startOf(timestep, state)) {
            return;
        }
        Bytes32 id = state.valuationAt(timestep);
        if (id == null) {
            LOG.info("no program computes bills for settlement {} yet", timestep);
            return;
        }
        try {
            var computed =
                    metrics.settling.record(() -> Settlement.compute(state, timestep, snapshotBlock, valuation(id)));
            if (computed != null) {
                bills.keep(computed);
                metrics.bills.increment(computed.bills().size());
                look(timestep, computed);
            }
        } catch (LedgerException | RpcErrorException e) {
            throw e;
        } catch (RuntimeException e) {
            // the same for everybody: no settlement, and the next one takes its sessions along
            metrics.settlementFailures.increment();
            LOG.error("settlement {} cannot be computed", timestep, e);
        }
    }

    /** Does what there is to do for the settlement that runs at a block. */
    void act(BlockHeader head) {
        var state = fold.get().billing();
        if (state == null || state.terms() == null) {
            return;
        }
        int timestep = startOf(parameters.timestepAt(head.timestampSeconds()), state);
        var settlement = running(timestep);
        if (settlement == null) {
            return;
        }
        var said = state.settlement(timestep);
        speaker.judge(timestep, said, settlement::differenceTo);
        SettlementPosted post = speaker.observeFinal(timestep, said, settlement::differenceTo);
        if (post != null) {
            LOG.info(
                    "settlement {} is final: {} bills, candidate {} by operator {}",
                    timestep,
                    post.bills(),
                    post.candidate(),
                    post.operator());
        }
        speaker.speak(timestep, said, statement(told.apply(settlement)), turn(timestep, state), head);
    }

    /** A settlement that this oracle has computed; null for another. May be called by any thread; reads files. */
    @Nullable
    Settlement computed(int timestep) {
        return bills.read(timestep).orElse(null);
    }

    /** The newest bill that this oracle has computed for a session. May be called by any thread; reads files. */
    Optional<BillStore.Place> bill(int session) {
        return bills.find(session);
    }

    private static int startOf(int timestep, BillingState state) {
        var terms = state.terms();
        return terms == null ? 0 : timestep - timestep % terms.settlementTimesteps();
    }

    /** The one that was computed here, also before a restart. */
    private @Nullable Settlement running(int timestep) {
        if (looked != timestep) {
            look(timestep, bills.read(timestep).orElse(null));
        }
        return current;
    }

    private void look(int timestep, @Nullable Settlement settlement) {
        looked = timestep;
        current = settlement;
    }

    private Statement<SettlementPosted> statement(Settlement settlement) {
        byte[] sums = settlement.sums().toArrayUnsafe();
        return new Statement<>(
                settlement::differenceTo,
                candidate -> contract.attest(
                        big(settlement.timestep()),
                        big(candidate),
                        settlement.digest().toArrayUnsafe(),
                        sums),
                () -> contract.post(onChain(settlement), sums));
    }

    /** The rotation moves on by one with each settlement. */
    private Turn turn(int timestep, BillingState state) {
        var terms = state.terms();
        int rank = terms == null
                ? -1
                : fold.get().state().rank(membership.operator(), timestep / terms.settlementTimesteps());
        return new Turn(rank, parameters.startOf(timestep) + (long) rank * parameters.takeoverSeconds());
    }

    private PlanningAlgorithm valuation(Bytes32 id) {
        return loaded.computeIfAbsent(id, i -> JarAlgorithm.load(i, valuations.bytes(i), THREADS));
    }

    private static org.chargeproof.contracts.Settlement.Statement onChain(Settlement s) {
        return new org.chargeproof.contracts.Settlement.Statement(
                big(s.timestep()),
                big(s.snapshotBlock()),
                s.valuation().toArrayUnsafe(),
                s.billsRoot().toArrayUnsafe(),
                big(s.bills().size()),
                big(s.tokens()));
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
