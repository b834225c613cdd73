package org.chargeproof.fuzz;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.chargeproof.audit.report.ReportFuzz;
import org.chargeproof.ledger.NodeAnswersFuzz;
import org.chargeproof.meter.RecordsFuzz;
import org.chargeproof.operator.consortium.member.FoundersFuzz;
import org.chargeproof.operator.network.files.GenesisFuzz;
import org.chargeproof.planner.PlannerFuzz;
import org.chargeproof.plugin.pool.PoolFuzz;
import org.chargeproof.protocol.algorithm.JarFuzz;
import org.chargeproof.protocol.ledger.LogsFuzz;
import org.chargeproof.protocol.ledger.SnapshotFuzz;
import org.chargeproof.simulation.scenario.SessionsFuzz;
import org.chargeproof.view.follow.JournalFuzz;
import org.chargeproof.view.rpc.ParamsFuzz;

/** What is fuzzed: classes with {@code public static void fuzzerTestOneInput(byte[])}, out of which only a finding may be thrown. */
final class FuzzTargets {
    static final List<Class<?>> ALL = List.of(
            PlannerFuzz.class,
            LogsFuzz.class,
            SnapshotFuzz.class,
            JarFuzz.class,
            JournalFuzz.class,
            ParamsFuzz.class,
            PoolFuzz.class,
            NodeAnswersFuzz.class,
            ReportFuzz.class,
            FoundersFuzz.class,
            GenesisFuzz.class,
            SessionsFuzz.class,
            RecordsFuzz.class);

    private FuzzTargets() {}

    /** Inputs that found something, or lead far into the code; small, and in the repository. */
    static Path corpus(Class<?> target) {
        var url = FuzzTargets.class.getResource("/corpus/" + target.getSimpleName());
        if (url == null) {
            throw new IllegalStateException("no corpus for " + target.getSimpleName());
        }
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
