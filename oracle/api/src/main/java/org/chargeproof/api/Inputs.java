package org.chargeproof.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.chargeproof.view.rpc.Methods;
import org.jspecify.annotations.Nullable;

/** What operators' systems put in: read from bodies that fit the contract, and held against the newest state. Waits for nobody. */
final class Inputs {
    private final Methods methods;
    private final @Nullable OperatorInputs inputs;

    /** @param inputs null when this oracle has no account to send them by */
    Inputs(Methods methods, @Nullable OperatorInputs inputs) {
        this.methods = methods;
        this.inputs = inputs;
    }

    CompletableFuture<OperatorInputs.Outcome> measurement(int group, int timestep, JsonObject body) {
        var to = inputs();
        requireGroup(group);
        int loadWh = whole(body, "loadWh");
        int pvWh = whole(body, "pvWh");
        int firmPvWh = whole(body, "firmPvWh");
        return to.reportGroup(group, timestep, loadWh, pvWh, firmPvWh);
    }

    CompletableFuture<OperatorInputs.Outcome> forecast(int group, JsonObject body) {
        var to = inputs();
        requireGroup(group);
        int from = fromTimestep(body);
        return to.publishForecast(group, from, steps(body.getJsonArray("steps")));
    }

    CompletableFuture<OperatorInputs.Outcome> battery(int battery, JsonObject body) {
        return inputs().reportBattery(battery, whole(body, "timestep"), whole(body, "storedWh"), whole(body, "powerW"));
    }

    /** @throws ProblemException when no battery of the group is planned here */
    BatteryPlan batteryPlan(int group) {
        var plan = inputs().batteryPlan(group);
        if (plan == null) {
            throw new ProblemException(
                    ProblemException.NOT_FOUND,
                    "no battery of group " + group
                            + " is planned here, or not yet. Start the oracle with --site FILE that names one");
        }
        return plan;
    }

    private OperatorInputs inputs() {
        if (inputs == null) {
            throw new ProblemException(
                    ProblemException.NOT_SERVED,
                    "this oracle has no meter account, so it sends nothing to the ledger. Start it with one, or ask the oracle that has it");
        }
        return inputs;
    }

    private void requireGroup(int group) {
        int groups = methods.read(s -> s.state().groups().size());
        if (group >= groups) {
            throw new ProblemException(
                    ProblemException.NOT_FOUND,
                    "there is no group " + group + "; there are " + groups + ", numbered from 0");
        }
    }

    private int fromTimestep(JsonObject body) {
        boolean isNumber = body.containsKey("fromTimestep");
        if (isNumber == body.containsKey("from")) {
            throw new ProblemException(
                    ProblemException.UNPROCESSABLE, "a forecast begins once: give fromTimestep or from, one of them");
        }
        if (isNumber) {
            return whole(body, "fromTimestep");
        }
        long seconds = Quotes.seconds("from", body.getValue("from"));
        return methods.read(s -> {
            var p = s.parameters();
            int timestep = p.timestepAt(seconds);
            if (p.startOf(timestep) != seconds || timestep < 0) {
                throw new ProblemException(
                        ProblemException.UNPROCESSABLE,
                        "from is " + seconds
                                + " in Unix seconds; it must be the start of a timestep. The ones beside it are "
                                + p.startOf(timestep) + " and " + p.startOf(timestep + 1));
            }
            return timestep;
        });
    }

    private static List<OperatorInputs.ForecastStep> steps(JsonArray array) {
        var steps = new ArrayList<OperatorInputs.ForecastStep>(array.size());
        for (int i = 0; i < array.size(); i++) {
            var step = array.getJsonObject(i);
            int expectedWh = whole(step, "expectedLoadWh");
            int reservedWh = whole(step, "reservedLoadWh");
            if (reservedWh < expectedWh) {
                String detail =
                        "reservedLoadWh is " + reservedWh + ", which is less than the expectedLoadWh of " + expectedWh;
                throw new ProblemException(
                        ProblemException.UNPROCESSABLE,
                        detail + ". Reserve at least what is expected",
                        List.of(new ProblemException.Place("/steps/" + i + "/reservedLoadWh", detail)));
            }
            steps.add(new OperatorInputs.ForecastStep(
                    expectedWh, reservedWh, whole(step, "expectedPvWh"), whole(step, "greenClass")));
        }
        return steps;
    }

    /** In its range by the contract; 3.0 is a whole number there, too. */
    static int whole(JsonObject body, String name) {
        return body.getNumber(name).intValue();
    }
}
