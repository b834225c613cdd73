package org.chargeproof.oracle.paying;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.chargeproof.protocol.ledger.SessionTerms;
import org.chargeproof.view.follow.NetworkTracker.Snapshot;
import org.chargeproof.view.model.SessionRecord;
import org.chargeproof.view.rpc.BillMethods.State;
import org.chargeproof.view.rpc.Methods;
import org.chargeproof.view.rpc.RpcException;

/** Sessions of a provider's drivers at one operator, as the ledger shows them: the provider's meter. */
final class DriverSessions {
    private static final long HOUR_SECONDS = TimeUnit.HOURS.toSeconds(1);

    private final Methods methods;
    private final int provider;
    private final int operator;

    /**
     * A session, while there may be something to pay for it.
     *
     * @param mostWh what it can have drawn: what is metered on the ledger, and what its charge point gives at its rated power since
     */
    record Running(int session, SessionTerms terms, long mostWh) {
        /** What the provider's meter shows, when the operator's shows so much. */
        long believedWh(long shownWh) {
            return Math.min(shownWh, mostWh);
        }
    }

    DriverSessions(Methods methods, int provider, int operator) {
        this.methods = methods;
        this.provider = provider;
        this.operator = operator;
    }

    /**
     * Those that charge, and others that are asked about.
     *
     * @param others sessions that may be over
     * @throws RpcException while the ledger is not read
     */
    List<Running> running(Collection<Integer> others) {
        return methods.read(snapshot -> {
            var ids = new LinkedHashSet<>(others);
            for (var point : snapshot.view().chargePoints()) {
                var session = point.chargePoint().session();
                if (session != null && point.chargePoint().operator() == operator) {
                    ids.add(session.id());
                }
            }
            var running = new ArrayList<Running>();
            for (int id : ids) {
                var record = snapshot.view().session(id);
                if (record != null && record.terms().provider() == provider && isAccepted(record)) {
                    running.add(new Running(id, record.terms(), mostWh(snapshot, record)));
                }
            }
            return running;
        });
    }

    /** Whether nothing more can be asked for a session: its bill is final, or nobody remembers it. */
    boolean isSettled(int session) {
        try {
            var state = State.valueOf(methods.bill(session).state());
            return state == State.FINAL || state == State.CLAIMED || state == State.NONE;
        } catch (RpcException e) {
            if (e.code() == RpcException.NOT_FOUND) {
                return true;
            }
            throw e;
        }
    }

    private static boolean isAccepted(SessionRecord record) {
        var decision = record.decision();
        return decision != null && decision.accepted();
    }

    private static long mostWh(Snapshot snapshot, SessionRecord record) {
        var metered = record.meteredWh().keySet();
        int unmetered = metered.isEmpty()
                ? Objects.requireNonNull(record.decision()).timestep()
                : metered.stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
        long until = snapshot.processed().timestampSeconds();
        if (record.isOver()) {
            until = Math.min(until, snapshot.parameters().startOf(record.overTimestep() + 1));
        }
        long seconds = Math.max(0, until - snapshot.parameters().startOf(unmetered));
        return record.deliveredWh() + record.session().chargePoint().ratedPowerW() * seconds / HOUR_SECONDS;
    }
}
