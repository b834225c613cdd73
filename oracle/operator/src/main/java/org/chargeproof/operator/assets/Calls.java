package org.chargeproof.operator.assets;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.chargeproof.console.output.Progress;
import org.chargeproof.ledger.LedgerException;

/** Many questions to a node, some of them at once. */
final class Calls {
    private static final int AT_ONCE = 8;

    private Calls() {}

    /** Asks for each of some things. @return the answers in the same order */
    static <K, T> List<T> each(String what, List<K> keys, Function<K, T> ask) {
        var executor = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory());
        try (var progress = new Progress(what, keys.size())) {
            var asked = new ArrayList<Future<T>>();
            for (K key : keys) {
                asked.add(executor.submit(() -> ask.apply(key)));
            }
            var answers = new ArrayList<T>();
            for (Future<T> answer : asked) {
                answers.add(answer.get());
                progress.add(1);
            }
            return answers;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ArithmeticException || e.getCause() instanceof NullPointerException) {
                throw new LedgerException("the node answered with " + what + " that are none. Ask another one.", e);
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException("interrupted while reading " + what + ".", e);
        } finally {
            executor.shutdownNow();
        }
    }
}
