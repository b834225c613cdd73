package org.chargeproof.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chargeproof.api.whatif.WhatIfs;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.view.rpc.Methods;

/**
 * Has what-ifs computed, one at a time, and remembers the newest answers: who asks the same again waits for nothing and takes nobody's turn.
 * On one event loop.
 */
final class WhatIfQueue implements AutoCloseable {
    private static final int MOST_ANSWERS = 64;
    private static final int RETRY_SECONDS = 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WhatIfs whatIfs;
    private final ApiLimits limits;
    private final WorkerExecutor thread;
    private final Map<WhatIfs.Question, Future<byte[]>> waiting = new HashMap<>();
    private final Map<String, Integer> byCaller = new HashMap<>();
    private final Map<WhatIfs.Question, byte[]> answers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<WhatIfs.Question, byte[]> eldest) {
            return size() > MOST_ANSWERS;
        }
    };

    WhatIfQueue(Vertx vertx, Methods methods, ApiLimits limits) {
        this.limits = limits;
        this.whatIfs = new WhatIfs(methods, Duration.ofMillis(limits.whatIfMillis()));
        this.thread = vertx.createSharedWorkerExecutor(
                "charge-what-if", 1, 2L * limits.whatIfMillis() + 1, TimeUnit.MILLISECONDS);
    }

    /** What is asked, as it is computed. To be called from another thread than the event loop. */
    WhatIfs.Question question(WhatIfs.Asked asked) {
        WhatIfs.Question question;
        try {
            question = whatIfs.question(asked);
        } catch (BadInputException e) {
            throw new ProblemException(ProblemException.UNPROCESSABLE, String.valueOf(e.getMessage()));
        }
        if (question == null) {
            throw new ProblemException(
                    ProblemException.NOT_FOUND,
                    "there is no group " + asked.group() + ", or not any more. GET /api/v1/groups lists all");
        }
        return question;
    }

    /**
     * The answer as JSON.
     *
     * @throws ProblemException when its caller, or all callers together, have as many computed as they may
     */
    Future<byte[]> answer(WhatIfs.Question question, Caller caller) {
        byte[] known = answers.get(question);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        var already = waiting.get(question);
        if (already != null) {
            return already;
        }
        if (byCaller.getOrDefault(caller.name(), 0) >= limits.whatIfsPerCaller()) {
            throw ProblemException.later(
                    ProblemException.TOO_MANY,
                    limits.whatIfsPerCaller() + " what-ifs of this caller are being computed; wait for one",
                    RETRY_SECONDS);
        }
        if (waiting.size() >= limits.whatIfsAtOnce()) {
            throw ProblemException.later(
                    ProblemException.TOO_MANY,
                    limits.whatIfsAtOnce() + " what-ifs are being computed; ask again",
                    RETRY_SECONDS);
        }
        byCaller.merge(caller.name(), 1, Integer::sum);
        var computed = thread.executeBlocking(() -> compute(question));
        waiting.put(question, computed);
        return computed.onComplete(done -> {
            waiting.remove(question);
            byCaller.computeIfPresent(caller.name(), (name, count) -> count > 1 ? Integer.valueOf(count - 1) : null);
            if (done.succeeded()) {
                answers.put(question, done.result());
            }
        });
    }

    private byte[] compute(WhatIfs.Question question) throws java.io.IOException {
        try {
            return JSON.writeValueAsBytes(whatIfs.compute(question));
        } catch (BadInputException e) {
            throw new ProblemException(ProblemException.UNPROCESSABLE, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
