package org.chargeproof.oracle.site;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.chargeproof.api.BatteryPlan;
import org.chargeproof.api.OperatorInputs;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.chargeproof.site.file.GroupSite;
import org.chargeproof.site.file.SiteFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans batteries and phases beside the sessions of the operator's groups, once in a timestep and with each forecast that is put in, and
 * publishes forecasts with both in them in place of those that were put in. Inputs are taken by whatever thread; {@link #act} is called
 * by the oracle's own, before the one that sends. See docs/how-to/batteries-and-phases.md.
 */
public final class SitePlans implements OperatorInputs {
    private static final Logger LOG = LoggerFactory.getLogger(SitePlans.class);
    private static final int MOST_WAITING = 64;

    private final SiteFile site;
    private final OperatorInputs ledger;
    private final Map<Integer, GroupPlanning> groups = new TreeMap<>();
    private final LinkedBlockingQueue<Asked> asked = new LinkedBlockingQueue<>(MOST_WAITING);

    /** A forecast that was put in. */
    private static final class Asked {
        final int group;
        final int fromTimestep;
        final List<ForecastStep> steps;
        /** What will come of it, once it is planned with. */
        final CompletableFuture<CompletableFuture<Outcome>> outcome = new CompletableFuture<>();

        Asked(int group, int fromTimestep, List<ForecastStep> steps) {
            this.group = group;
            this.fromTimestep = fromTimestep;
            this.steps = List.copyOf(steps);
        }
    }

    /**
     * Begins with what the folder holds.
     *
     * @param ledger where all is sent
     * @param state folded up to the newest block
     * @param batteries what the ledger holds of a battery, by its number
     * @param folder for what must be known after a restart
     */
    public SitePlans(
            SiteFile site,
            OperatorInputs ledger,
            NetworkParameters parameters,
            Supplier<LedgerState> state,
            IntFunction<BatteryReading> batteries,
            Path folder) {
        this.site = site;
        this.ledger = ledger;
        for (GroupSite group : site.groups().values()) {
            groups.put(
                    group.group(),
                    new GroupPlanning(
                            group, ledger, parameters, state, batteries, new GroupBook(folder, group.group())));
        }
    }

    @Override
    public CompletableFuture<Outcome> reportGroup(int group, int timestep, int loadWh, int pvWh, int firmPvWh) {
        var stated = site.group(group);
        // PV that is warranted would make room that phases do not have
        boolean hasPhases = stated != null && stated.phases() != null;
        return ledger.reportGroup(group, timestep, loadWh, pvWh, hasPhases ? 0 : firmPvWh);
    }

    @Override
    public CompletableFuture<Outcome> publishForecast(int group, int fromTimestep, List<ForecastStep> steps) {
        if (!groups.containsKey(group)) {
            return ledger.publishForecast(group, fromTimestep, steps);
        }
        var forecast = new Asked(group, fromTimestep, steps);
        if (!asked.offer(forecast)) {
            return refused(
                    Reason.UNAVAILABLE,
                    MOST_WAITING + " forecasts wait to be planned with, which is the limit; try again");
        }
        return forecast.outcome.thenCompose(sending -> sending);
    }

    @Override
    public CompletableFuture<Outcome> reportBattery(int battery, int timestep, int storedWh, int powerW) {
        return ledger.reportBattery(battery, timestep, storedWh, powerW).thenApply(outcome -> {
            if (outcome instanceof Sent) {
                groups.values().forEach(group -> group.reported(battery, new BatteryReading(timestep, storedWh)));
            }
            return outcome;
        });
    }

    @Override
    public @Nullable BatteryPlan batteryPlan(int group) {
        var planning = groups.get(group);
        return planning == null ? null : planning.plan();
    }

    /** Whether something was put in that is to be planned with. */
    public boolean hasNews() {
        return !asked.isEmpty() || groups.values().stream().anyMatch(GroupPlanning::hasNews);
    }

    /**
     * The gate before a timestep has closed: what batteries do in it is settled. Called by the oracle's thread, with the state folded up to
     * the last block before the gate; once more after a restart.
     */
    public void gateClosed(int timestep) {
        groups.values().forEach(group -> group.closeGate(timestep));
    }

    /** Plans what is to be planned at a block. Called by the oracle's thread. */
    public void act(BlockHeader head) {
        for (var next = asked.poll(); next != null; next = asked.poll()) {
            var planning = groups.get(next.group);
            try {
                next.outcome.complete(
                        planning == null
                                ? refused(Reason.UNKNOWN, "there is no group " + next.group)
                                : planning.put(next.fromTimestep, next.steps, head));
            } catch (LedgerException | RpcErrorException e) {
                next.outcome.complete(refused(Reason.UNAVAILABLE, "the ledger's node does not answer; try again"));
                throw e;
            } catch (RuntimeException e) {
                // an oracle must plan all groups: it does not end for one's forecast
                LOG.error("a forecast of group {} cannot be planned with", next.group, e);
                next.outcome.completeExceptionally(e);
            }
        }
        groups.values().forEach(group -> group.act(head));
    }

    private static CompletableFuture<Outcome> refused(Reason reason, String detail) {
        return CompletableFuture.completedFuture(new Refused(reason, detail));
    }
}
