package org.chargeproof.cli.demo;

import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanFinal;

/** What a timestep came to, in a line of less than 80 columns. */
final class StepLine {
    /** Above the lines of a demonstration. */
    static final String HEAD = "step    time    asked yes  no      kW  plan of the next timestep";

    private static final int MINUTES_OF_STEP = 15;
    private static final int MINUTES_OF_HOUR = 60;
    private static final int MINUTES_OF_DAY = 1_440;

    private StepLine() {}

    /**
     * Of a demonstration.
     *
     * @param planned the timestep that follows
     * @param kilowatts that all cars took in this one
     */
    static String of(Scenario scenario, int step, int planned, int requests, double kilowatts, DemoLedger ledger) {
        int minutes = scenario.firstHour() * MINUTES_OF_HOUR + step * MINUTES_OF_STEP;
        var decided =
                ledger.decisions().stream().filter(d -> d.timestep() == planned).toList();
        long accepted = decided.stream().filter(d -> d.accepted()).count();
        return "%-7s d%d %02d:%02d %4d %3d %3d %7.1f  %s"
                .formatted(
                        step + 1 + "/" + scenario.steps(),
                        minutes / MINUTES_OF_DAY + 1,
                        minutes / MINUTES_OF_HOUR % 24,
                        minutes % MINUTES_OF_HOUR,
                        requests,
                        accepted,
                        decided.size() - accepted,
                        kilowatts,
                        plan(planned, ledger));
    }

    /** {@code final 4 s, Aurora Charge 4/4}: seconds after the gate, who posted, and how many stand for it. */
    static String plan(int timestep, DemoLedger ledger) {
        PlanFinal plan = ledger.finalOf(timestep);
        if (plan == null) {
            return "NOT FINAL: fallback";
        }
        var record = ledger.state().planRecord(timestep);
        var post = record.finalPost();
        long wrong = record.candidates().size() - 1L;
        return "final %d s, %s %d/%d%s"
                .formatted(
                        ledger.gateToFinalSeconds(timestep),
                        post == null ? "?" : ledger.name(post.operator()),
                        record.votes().values().stream()
                                .filter(c -> c == plan.candidate())
                                .count(),
                        plan.members(),
                        wrong > 0 ? ", " + wrong + " wrong" : "");
    }
}
