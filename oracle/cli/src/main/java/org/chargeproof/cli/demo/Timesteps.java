package org.chargeproof.cli.demo;

import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.cli.demo.world.ChargingWorld;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.ChainTime;
import org.chargeproof.protocol.time.NetworkParameters;

/**
 * Moves time through the timesteps of a network, and the world with it: in each one meters are read, cars leave, drivers ask, the gate
 * closes, the next plan becomes final, and cars charge by the one before.
 */
final class Timesteps {
    /** Chain seconds from a timestep's start to its reports, and from there to the requests. */
    private static final int REPORTS_AFTER_SECONDS = 5;

    private static final int BLOCKS_IN_GATE_SECONDS = 2;
    private static final int QUIET_BLOCKS = 3;
    private static final int BLOCKS_UNTIL_ENDED = 10;
    private static final int GATE_SECONDS_OF_STEP = 60;

    private final NetworkParameters p;
    private final ChainTime time;
    private final ChargingWorld world;
    private final DemoLedger ledger;
    private final boolean movable;
    private final int first;

    /** What else happens in a timestep. Steps count from 0, timesteps as the ledger counts them. */
    interface Events {
        /** It has begun, and the ledger is read up to there. */
        default void followed() {}

        /** It has begun, and the meters of the one before are reported. */
        default void started(int step, int timestep) {}

        /** Cars that leave are about to be unplugged. */
        default void reporting(int timestep) {}

        /** Its gate has closed. */
        default void gateClosed(int timestep) {}

        /** Nothing more happens in it: the next plan is final, or will not be. */
        default void passed(int step, int timestep, int requests) {}
    }

    /**
     * @param movable whether time is moved: then it is not waited for
     * @param first timestep that is step 0
     */
    Timesteps(Network network, ChainTime time, ChargingWorld world, DemoLedger ledger, boolean movable, int first) {
        this.p = network.parameters();
        this.time = time;
        this.world = world;
        this.ledger = ledger;
        this.movable = movable;
        this.first = first;
    }

    /** Runs so many steps, and the last planned timestep to its end. */
    void run(int steps, Events events) {
        for (int step = 0; step < steps; step++) {
            step(step, events);
        }
        start(steps, events);
        // the last planned timestep runs to its end, and its meters are read
        int last = first + steps;
        time.advanceTo(p.gateOf(last));
        awaitFinal(last + 1);
        world.charge(last);
        time.advanceTo(p.startOf(last + 1));
        world.report(last);
        // what oracles report with the first block of a timestep is in the next one, or, by way of another node, the
        // one after
        time.settle();
        time.settle();
        ledger.follow();
        world.unplug(steps, ledger.sessions());
        awaitEnded();
    }

    /** Oracles end the sessions of cars that have left: who comes next finds the charge point free. */
    private void awaitEnded() {
        for (int i = 0; i < BLOCKS_UNTIL_ENDED && !world.haveEnded(ledger.sessions()); i++) {
            time.settle();
            ledger.follow();
        }
    }

    /** Runs one step, from the start of its timestep until the next plan is final. */
    void step(int step, Events events) {
        int timestep = first + step;
        start(step, events);
        events.started(step, timestep);
        time.advanceTo(p.startOf(timestep) + Math.min(REPORTS_AFTER_SECONDS, p.timestepSeconds() / 10));
        events.reporting(timestep);
        world.unplug(step, ledger.sessions());
        awaitEnded();
        int requests = world.plugIn((step + 1L) * Scenario.STEP_SECONDS - GATE_SECONDS_OF_STEP, timestep + 1);
        time.advanceTo(p.gateOf(timestep));
        events.gateClosed(timestep);
        // who comes behind the gate waits for the timestep after the next
        requests += world.plugIn((step + 1L) * Scenario.STEP_SECONDS, timestep + 2);
        awaitFinal(timestep + 1);
        if (step > 0) {
            world.charge(timestep);
        }
        events.passed(step, timestep, requests);
    }

    private void start(int step, Events events) {
        int timestep = first + step;
        time.advanceTo(p.startOf(timestep));
        ledger.follow();
        events.followed();
        if (step > 0) {
            // what the timestep before came to
            if (step > 1) {
                world.report(timestep - 1);
            }
            world.begin(timestep);
        }
    }

    /** Where time is moved: blocks until the plan is final and handed over, or the gate's time is used up. */
    private void awaitFinal(int planned) {
        long end = p.startOf(planned);
        if (!movable) {
            time.advanceTo(end);
            ledger.follow();
            return;
        }
        int quietBlocks = 0;
        while (time.now() + BLOCKS_IN_GATE_SECONDS < end && quietBlocks < QUIET_BLOCKS) {
            time.advanceTo(time.now() + BLOCKS_IN_GATE_SECONDS);
            ledger.follow();
            // once final: attestations that came late, and what was applied
            quietBlocks += ledger.finalOf(planned) == null ? 0 : 1;
        }
    }
}
