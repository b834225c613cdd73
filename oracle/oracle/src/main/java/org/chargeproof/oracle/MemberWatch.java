package org.chargeproof.oracle;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.chargeproof.console.output.Printable;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.time.NetworkParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches which members' oracles vote, and warns while there is still time: every member counts for the quorum, silent or not. */
final class MemberWatch {
    private static final Logger LOG = LoggerFactory.getLogger(MemberWatch.class);
    /** Timesteps with votes in which a member has to be heard once: one more than a restart takes. */
    private static final int TIMESTEPS = 3;

    private final NetworkParameters parameters;
    private final OracleMetrics metrics;
    private Set<Integer> members = Set.of();
    private String warning = "";

    MemberWatch(NetworkParameters parameters, OracleMetrics metrics) {
        this.parameters = parameters;
        this.metrics = metrics;
    }

    /**
     * A timestep has begun.
     *
     * @param state folded up to its start
     */
    void begin(int timestep, LedgerState state) {
        var now = new HashSet<>(state.members());
        if (!members.isEmpty()) {
            now.stream().filter(id -> !members.contains(id)).forEach(id -> tellAdmitted(id, state));
        }
        members = now;
        var silent = silent(timestep, state);
        metrics.silentMembers.set(silent.size());
        String news = warning(silent, state);
        if (!news.equals(warning)) {
            if (news.isEmpty()) {
                LOG.info("all members vote");
            } else {
                LOG.warn("{}", news);
            }
        }
        warning = news;
    }

    /** What endangers plans, empty if nothing. */
    String warning() {
        return warning;
    }

    private void tellAdmitted(int id, LedgerState state) {
        int count = state.members().size();
        LOG.warn(
                "{} was admitted: a plan needs votes of {} of {} members now, be its oracle running or not",
                label(id, state),
                parameters.quorum(count),
                count);
    }

    /** Members that voted in none of the last timesteps in which anybody did; none while there are too few of these. */
    private static List<Integer> silent(int timestep, LedgerState state) {
        var heard = new HashSet<Integer>();
        int seen = 0;
        for (int t = timestep; t > timestep - 2 * TIMESTEPS && seen < TIMESTEPS; t--) {
            var voters = state.planRecord(t).votes().keySet();
            if (!voters.isEmpty()) {
                seen++;
                heard.addAll(voters);
            }
        }
        if (seen < TIMESTEPS) {
            return List.of();
        }
        var silent = new ArrayList<>(state.members());
        silent.removeAll(heard);
        return silent;
    }

    private String warning(List<Integer> silent, LedgerState state) {
        if (silent.isEmpty()) {
            return "";
        }
        int count = state.members().size();
        int needed = parameters.quorum(count);
        int spare = count - silent.size() - needed;
        String who = silent.stream().map(id -> label(id, state)).collect(Collectors.joining(", "));
        String what = spare < 0
                ? "no plan becomes final until more oracles run"
                : spare == 0
                        ? "if one more falls silent, no plan becomes final"
                        : "plans go on until " + (spare + 1) + " more fall silent";
        return "no vote of " + who + " in the last " + TIMESTEPS + " timesteps; a plan needs " + needed + " of " + count
                + ": " + what;
    }

    private static String label(int id, LedgerState state) {
        var member = state.operator(id);
        return "operator " + id + (member == null ? "" : " '" + Printable.of(member.name()) + "'");
    }
}
