package org.chargeproof.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every input of the corpus again: what fuzzing found stays mended. */
class CorpusTest {
    private static final Duration MOST = Duration.ofSeconds(10);

    static List<Class<?>> targets() {
        return FuzzTargets.ALL;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holdsForEveryInputOfTheCorpus(Class<?> target) throws IOException, ReflectiveOperationException {
        var run = MethodHandles.publicLookup()
                .findStatic(target, "fuzzerTestOneInput", MethodType.methodType(void.class, byte[].class));
        try (Stream<Path> inputs = Files.list(FuzzTargets.corpus(target))) {
            List<Path> all = inputs.sorted().toList();
            assertThat(all).isNotEmpty();
            for (Path input : all) {
                byte[] bytes = Files.readAllBytes(input);
                Assertions.assertTimeout(
                        MOST,
                        () -> assertThatCode(() -> run.invoke(bytes))
                                .as(target.getSimpleName() + " " + input.getFileName())
                                .doesNotThrowAnyException());
            }
        }
    }
}
