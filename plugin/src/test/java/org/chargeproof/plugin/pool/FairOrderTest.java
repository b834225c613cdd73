package org.chargeproof.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairOrderTest {
    private record Candidate(Sender sender, int nonce, double costs) {}

    @Test
    void whoFloodsComesAfterEverybodyWhoDoesNot() {
        var memory = new FairOrder.Memory();
        for (int block = 1; block < 20; block++) {
            var all = new ArrayList<Candidate>();
            // what was in the pool first
            for (int i = 0; i < 100; i++) {
                all.add(candidate(Sender.Kind.ORACLE, 1, i, 0.2));
            }
            all.add(candidate(Sender.Kind.USER, 3, 0, 0.05));
            all.add(candidate(Sender.Kind.ORACLE, 2, 0, 0.15));
            var chosen = choose(memory, block, all);
            if (block > 1) {
                assertThat(chosen.subList(0, 2))
                        .as("block %d", block)
                        .extracting(c -> c.sender().operator())
                        .containsExactlyInAnyOrder(2, 3);
            }
        }
    }

    @Test
    void aPlanThatFillsMostOfABlockGetsInWithinAFewBlocksWhateverOthersSend() {
        for (int flooding = 1; flooding <= 3; flooding++) {
            var memory = new FairOrder.Memory();
            for (int block = 1; block < 30; block++) {
                choose(memory, block, floods(flooding));
            }
            var all = floods(flooding);
            var plan = candidate(Sender.Kind.ORACLE, 4, 7, 0.8);
            all.add(plan);
            assertThat(choose(memory, 30, all)).contains(plan);
        }
    }

    @Test
    void amongEqualsTheUrgentComeFirstAndAnAccountInItsOwnOrder() {
        var all = List.of(
                candidate(Sender.Kind.USER, 1, 0, 0.01),
                candidate(Sender.Kind.OWNER, 1, 1, 0.01),
                candidate(Sender.Kind.METER, 1, 2, 0.01),
                candidate(Sender.Kind.ORACLE, 1, 3, 0.01),
                candidate(Sender.Kind.ORACLE, 1, 4, 0.01));
        assertThat(choose(new FairOrder.Memory(), 1, all))
                .extracting(Candidate::nonce)
                .containsExactly(3, 4, 2, 1, 0);
    }

    @Test
    void whoseTransactionTakesTooLongIsPassedOverForThreeBlocks() {
        var memory = new FairOrder.Memory();
        var all = List.of(candidate(Sender.Kind.ORACLE, 1, 0, 1), candidate(Sender.Kind.USER, 2, 0, 0));
        var order = new FairOrder<Candidate>(memory, 1, all, Candidate::sender);
        for (var one = order.next(); one != null; one = order.next()) {
            if (one.sender().operator() == 1) {
                order.tookTooLong();
            }
        }
        for (int block = 2; block <= 4; block++) {
            assertThat(choose(memory, block, all))
                    .extracting(c -> c.sender().operator())
                    .containsExactly(2);
        }
        assertThat(choose(memory, 5, all)).hasSize(2);
    }

    @Test
    void everybodyIsFirstInTurn() {
        var first = new ArrayList<Integer>();
        for (int block = 0; block < 64; block++) {
            var all = List.of(
                    candidate(Sender.Kind.ORACLE, 1, 0, 1),
                    candidate(Sender.Kind.ORACLE, 2, 0, 1),
                    candidate(Sender.Kind.ORACLE, 3, 0, 1));
            first.add(choose(new FairOrder.Memory(), block, all)
                    .getFirst()
                    .sender()
                    .operator());
        }
        assertThat(first).contains(1, 2, 3);
    }

    private static List<Candidate> floods(int operators) {
        var all = new ArrayList<Candidate>();
        for (int operator = 1; operator <= operators; operator++) {
            for (int i = 0; i < 50; i++) {
                all.add(candidate(Sender.Kind.ORACLE, operator, i, 0.3));
            }
        }
        return all;
    }

    /** Fills a block. */
    private static List<Candidate> choose(FairOrder.Memory memory, long block, List<Candidate> all) {
        var order = new FairOrder<Candidate>(memory, block, all, Candidate::sender);
        var chosen = new ArrayList<Candidate>();
        double full = 0;
        for (var one = order.next(); one != null; one = order.next()) {
            if (full + one.costs() <= 1) {
                full += one.costs();
                order.took(one.costs());
                chosen.add(one);
            } else {
                order.took(0);
            }
        }
        return chosen;
    }

    private static Candidate candidate(Sender.Kind kind, int operator, int nonce, double costs) {
        return new Candidate(new Sender(kind, operator), nonce, costs);
    }
}
