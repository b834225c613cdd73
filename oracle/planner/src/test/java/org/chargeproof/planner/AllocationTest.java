package org.chargeproof.planner;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nothing is allocated to solve a group, once the workspace has its size; answers to requests are records, so without them. */
class AllocationTest {

    @Test
    void solvingAllocatesNothing() {
        List<GroupInput> groups = new ArrayList<>();
        for (int seed = 0; seed < 400; seed++) {
            GroupInput input = Instances.random(seed, Instances.Scale.LARGE);
            groups.add(new GroupInput(
                    input.groupId(),
                    input.timestep(),
                    input.stepsPerHour(),
                    input.policy(),
                    input.limitWh(),
                    input.reservedLoadWh(),
                    input.expectedLoadWh(),
                    input.expectedPvWh(),
                    input.firmPvWh(),
                    input.sessions().stream()
                            .filter(GroupInput.Session::accepted)
                            .toList(),
                    GroupInput.Settlement.none()));
        }
        Solver solver = new Solver();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        groups.forEach(solver::solve);
        long bytes = Long.MAX_VALUE;
        // early rounds load what counting itself needs
        for (int round = 0; round < 4; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int g = 0; g < groups.size(); g++) {
                solver.solve(groups.get(g));
            }
            bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(bytes).isZero();
    }
}
