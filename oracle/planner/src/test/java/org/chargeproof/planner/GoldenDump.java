package org.chargeproof.planner;

import java.util.HexFormat;

/** Encoded inputs and plans, one field on a line with its name and value. Written without the code that it is to check. */
final class GoldenDump {
    private final StringBuilder lines = new StringBuilder();
    private int bytes;

    private GoldenDump() {}

    static String of(GroupInput input) {
        int length = new GoldenDump().input(input, 0).bytes;
        return new GoldenDump().input(input, length).lines.toString();
    }

    static String of(Plan plan) {
        int length = new GoldenDump().plan(plan, 0).bytes;
        return new GoldenDump().plan(plan, length).lines.toString();
    }

    private GoldenDump input(GroupInput input, int length) {
        text("magic", "CPI2");
        number("length", 4, length);
        number("groupId", 4, input.groupId());
        number("timestep", 4, input.timestep());
        number("stepCount", 2, input.stepCount());
        number("stepsPerHour", 1, input.stepsPerHour());
        number(
                "policyKind (" + input.policy().kind() + ")",
                1,
                input.policy().kind().code());
        number("policyPercent", 2, input.policy().percent());
        for (int t = 0; t < input.stepCount(); t++) {
            boolean classes = input.policy().stepClass().length > 0;
            number("stepClass[" + t + "]", 1, classes ? input.policy().stepClass()[t] & 0xff : 0);
        }
        for (int t = 0; t < input.stepCount(); t++) {
            number("limitWh[" + t + "]", 4, input.limitWh()[t]);
            number("reservedLoadWh[" + t + "]", 4, input.reservedLoadWh()[t]);
            number("expectedLoadWh[" + t + "]", 4, input.expectedLoadWh()[t]);
            number("expectedPvWh[" + t + "]", 4, input.expectedPvWh()[t]);
            number("firmPvWh[" + t + "]", 4, input.firmPvWh()[t]);
        }
        number("sessionCount", 2, input.sessions().size());
        for (GroupInput.Session session : input.sessions()) {
            number("chargePoint", 4, session.chargePoint());
            number("sessionId", 4, session.sessionId());
            String flags =
                    (session.joins() ? "joins" : "does not join") + (session.accepted() ? ", accepted" : ", asks");
            number("flags (" + flags + ")", 1, (session.joins() ? 1 : 0) + (session.accepted() ? 2 : 0));
            number("energyWh", 4, session.energyWh());
            number("leastEnergyWh", 4, session.leastEnergyWh());
            number("maxWhPerStep", 4, session.maxWhPerStep());
            number("minWhPerStep", 4, session.minWhPerStep());
            number("arrivalStep", 2, session.arrivalStep());
            number("departureStep", 2, session.departureStep());
        }
        number("settledTimestep", 4, input.settlement().timestep());
        number("measuredLoadWh", 4, input.settlement().measuredLoadWh());
        number("measuredPvWh", 4, input.settlement().measuredPvWh());
        number("meteredCount", 2, input.settlement().sessions().size());
        for (GroupInput.MeteredSession session : input.settlement().sessions()) {
            number("chargePoint", 4, session.chargePoint());
            number("sessionId", 4, session.sessionId());
            number("energyWh", 4, session.energyWh());
        }
        return this;
    }

    private GoldenDump plan(Plan plan, int length) {
        text("magic", "CPP2");
        number("length", 4, length);
        number("groupId", 4, plan.groupId());
        number("timestep", 4, plan.timestep());
        line("inputSha256", HexFormat.of().formatHex(plan.inputSha256()));
        number("decisionCount", 2, plan.decisions().size());
        for (Plan.Decision decision : plan.decisions()) {
            number("sessionId", 4, decision.sessionId());
            number("verdict (" + (decision.accepted() ? "accepted" : "refused") + ")", 1, decision.accepted() ? 1 : 2);
            number("energyWh", 4, decision.energyWh());
            number("laterDepartureStep", 2, decision.laterDepartureStep());
            number("powerW", 4, decision.powerW());
        }
        number("stepCount", 2, plan.stepCount());
        number("leastPeakWh", 4, plan.leastPeakWh());
        number("rowCount", 2, plan.rows().size());
        for (Plan.Row row : plan.rows()) {
            number("chargePoint", 4, row.chargePoint());
            number("sessionId", 4, row.sessionId());
            number("flags (" + (row.joins() ? "joins" : "does not join") + ")", 1, row.joins() ? 1 : 0);
            number("shortfallWh", 4, row.shortfallWh());
            number("n", 2, row.energyWh().length);
            for (int t = 0; t < row.energyWh().length; t++) {
                number("energyWh[" + t + "]", 4, row.energyWh()[t]);
            }
            number("intervalCount", 1, row.intervals().size());
            for (Plan.Interval interval : row.intervals()) {
                number("fromSecond", 2, interval.fromSecond());
                number("toSecond", 2, interval.toSecond());
                number("powerW", 4, interval.powerW());
            }
        }
        for (int t = 0; t < plan.stepCount(); t++) {
            number("aggregateWh[" + t + "]", 4, plan.aggregateWh()[t]);
        }
        for (int t = 0; t < plan.stepCount(); t++) {
            long price = plan.price()[t];
            String parts = "band " + (price >> 56) + ", class " + (price >> 48 & 0xff) + ", level "
                    + ((price >> 8 & 0xffff_ffffL) - (1L << 31)) + ", step " + (price & 0xff);
            line(
                    "price[" + t + "] = " + (price == 0 ? "0" : parts),
                    HexFormat.of().toHexDigits(price));
        }
        number("greenCount", 2, plan.green().size());
        for (Plan.Green green : plan.green()) {
            number("sessionId", 4, green.sessionId());
            number("greenWh", 4, green.greenWh());
        }
        return this;
    }

    private void text(String name, String value) {
        StringBuilder hex = new StringBuilder();
        value.chars().forEach(character -> hex.append(HexFormat.of().toHexDigits(character, 2)));
        line(name + " = " + value, hex.toString());
    }

    private void number(String name, int width, int value) {
        line(name + " = " + value, HexFormat.of().toHexDigits(value, 2 * width));
    }

    private void line(String comment, String hex) {
        bytes += hex.length() / 2;
        lines.append(hex).append(" # ").append(comment).append('\n');
    }
}
