package org.chargeproof.simulation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A member that has the whole chain guesses: a session is given, and ten others, one of which is of the same driver. It knows who drove in the first
 * half of the time (say, as its own drivers did), and is asked about the second half.
 */
final class Linkability {
    /** Among which it guesses. */
    static final int CANDIDATES = 10;

    private static final int MOST_PAIRS = 20_000;
    private static final int MOST_QUESTIONS = 2_000;
    private static final int TRIES = 2_000;

    /** From where the ten come. */
    enum Scope {
        /** Anywhere in the network. */
        NETWORK("anywhere in the network"),
        /** All at the site where the given session was. */
        SITE("all at the same site");

        private final String words;

        Scope(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /**
     * How often the guess was right.
     *
     * @param questions that could be asked: with ten possible sessions
     */
    record Result(int questions, Map<LinkAttacker, Map<AccountRegime, Double>> rightShare) {}

    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    private record Question(int given, int[] candidates) {}

    private final List<SeenSession> sessions;
    private final int drivers;
    private final long seed;

    /** @param sessions by arrival */
    Linkability(List<SeenSession> sessions, int drivers, long seed) {
        this.sessions = sessions;
        this.drivers = drivers;
        this.seed = seed;
    }

    Result measure(Scope scope) {
        var random = new SplittableRandom(seed);
        int half = sessions.size() / 2;
        var score = learn(scope, half, random);
        var questions = questions(scope, half, random);
        var shares = new EnumMap<LinkAttacker, Map<AccountRegime, Double>>(LinkAttacker.class);
        for (var attacker : LinkAttacker.values()) {
            var byRegime = new EnumMap<AccountRegime, Double>(AccountRegime.class);
            for (var regime : AccountRegime.values()) {
                int[] registrations = regime.registrations(sessions, drivers, seed);
                int right = 0;
                for (var q : questions) {
                    right += guess(attacker, score, registrations, q, random) == 0 ? 1 : 0;
                }
                byRegime.put(regime, (double) right / Math.max(1, questions.size()));
            }
            shares.put(attacker, byRegime);
        }
        return new Result(questions.size(), shares);
    }

    /** Which candidate is the likeliest; among equal ones any. */
    private int guess(
            LinkAttacker attacker, LinkAttacker.Score score, int[] registrations, Question q, SplittableRandom random) {
        double best = Double.NEGATIVE_INFINITY;
        int guess = 0;
        int equal = 0;
        for (int i = 0; i < q.candidates().length; i++) {
            int candidate = q.candidates()[i];
            double value = attacker == LinkAttacker.ACCOUNT
                    ? -Math.abs(registrations[q.given()] - registrations[candidate])
                    : score.of(attacker, sessions.get(q.given()), sessions.get(candidate));
            if (value > best) {
                best = value;
                guess = i;
                equal = 1;
            } else if (value == best && random.nextInt(++equal) == 0) {
                guess = i;
            }
        }
        return guess;
    }

    private LinkAttacker.Score learn(Scope scope, int half, SplittableRandom random) {
        var same = new ArrayList<LinkAttacker.Pair>();
        var different = new ArrayList<LinkAttacker.Pair>();
        for (int i = 0; i < 50 * MOST_PAIRS && (same.size() < MOST_PAIRS || different.size() < MOST_PAIRS); i++) {
            var a = sessions.get(random.nextInt(half));
            var b = sessions.get(random.nextInt(half));
            if (isPossible(scope, a, b)) {
                var into = a.driver() == b.driver() ? same : different;
                if (into.size() < MOST_PAIRS) {
                    into.add(new LinkAttacker.Pair(a, b));
                }
            }
        }
        return new LinkAttacker.Score(same, different);
    }

    /** Whether they may be of one driver, as far as the chain tells without guessing. */
    private static boolean isPossible(Scope scope, SeenSession a, SeenSession b) {
        return !a.overlaps(b) && a.provider() == b.provider() && (scope == Scope.NETWORK || a.site() == b.site());
    }

    private List<Question> questions(Scope scope, int half, SplittableRandom random) {
        var byDriver = new HashMap<Integer, List<Integer>>();
        for (int i = half; i < sessions.size(); i++) {
            byDriver.computeIfAbsent(sessions.get(i).driver(), d -> new ArrayList<>())
                    .add(i);
        }
        var questions = new ArrayList<Question>();
        for (int i = 0; i < 10 * MOST_QUESTIONS && questions.size() < MOST_QUESTIONS; i++) {
            int given = half + random.nextInt(sessions.size() - half);
            var own = byDriver.getOrDefault(sessions.get(given).driver(), List.of());
            var question = question(scope, given, own.get(random.nextInt(own.size())), half, random);
            if (question != null) {
                questions.add(question);
            }
        }
        return questions;
    }

    /** The right one stands first; null when there are too few others. */
    private @Nullable Question question(Scope scope, int given, int right, int half, SplittableRandom random) {
        var a = sessions.get(given);
        if (given == right || !isPossible(scope, a, sessions.get(right))) {
            return null;
        }
        var candidates = new ArrayList<Integer>();
        candidates.add(right);
        for (int i = 0; i < TRIES && candidates.size() < CANDIDATES; i++) {
            int other = half + random.nextInt(sessions.size() - half);
            var b = sessions.get(other);
            if (b.driver() != a.driver() && isPossible(scope, a, b) && !candidates.contains(other)) {
                candidates.add(other);
            }
        }
        return candidates.size() < CANDIDATES
                ? null
                : new Question(
                        given, candidates.stream().mapToInt(Integer::intValue).toArray());
    }
}
