package org.chargeproof.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageRoutesTest {
    /** Of a page with all that it loads. */
    private static final int MOST_BYTES = 300_000;

    private static final Pattern REFERENCE = Pattern.compile("(?:href|src)=\"(/web/[^\"]+)\"");
    private static final Pattern IMPORT = Pattern.compile("(?:from|import) ?\"\\./([^\"]+)\"");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeAll
    void serve() throws Exception {
        var router = Router.router(vertx);
        new PageRoutes().mount(router);
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(router)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @AfterAll
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        http.close();
    }

    @Test
    void eachPageIsLightAndLoadsNothingFromElsewhere() throws Exception {
        for (String page : List.of("/", "/cockpit", "/ledger")) {
            var loaded = new ArrayList<>(List.of(page));
            int bytes = 0;
            for (int i = 0; i < loaded.size(); i++) {
                var answer = get(loaded.get(i));
                assertThat(answer.statusCode()).as(loaded.get(i)).isEqualTo(200);
                bytes += answer.body().length;
                String text = new String(answer.body(), StandardCharsets.UTF_8);
                assertThat(text)
                        .as(loaded.get(i))
                        .doesNotContain("new Function(")
                        .doesNotContain("eval(");
                REFERENCE.matcher(text).results().map(found -> found.group(1)).forEach(loaded::add);
                IMPORT.matcher(text)
                        .results()
                        .map(found -> "/web/" + found.group(1))
                        .filter(each -> !loaded.contains(each))
                        .forEach(loaded::add);
            }
            assertThat(loaded).as(page).hasSizeGreaterThan(2);
            assertThat(bytes).as(page + " with " + loaded).isLessThan(MOST_BYTES);
            System.out.printf("%s: %d bytes in %d files%n", page, bytes, loaded.size());
        }
    }

    @Test
    void nothingInlineRunsAndNobodyFramesAPage() throws Exception {
        var policy = get("/").headers().firstValue("content-security-policy").orElseThrow();
        assertThat(policy)
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(get("/").headers().firstValue("x-content-type-options")).contains("nosniff");
        assertThat(new String(get("/").body(), StandardCharsets.UTF_8))
                .doesNotContain("<style")
                .doesNotContainPattern("<script[^>]*>[^<]")
                .doesNotContainPattern(" on[a-z]+=");
    }

    @Test
    void whatHasNotChangedIsNotSentAgain() throws Exception {
        String tag = get("/ledger").headers().firstValue("etag").orElseThrow();
        var again = http.send(
                HttpRequest.newBuilder(at("/ledger"))
                        .header("if-none-match", tag)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void onlyItsOwnFilesAreServed() throws Exception {
        for (String path : List.of(
                "/web/",
                "/web/files.txt",
                "/web/../PageRoutes.class",
                "/web/%2e%2e/PageRoutes.class",
                "/web/driver.html",
                "/web/x.js")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(at(path)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }
}
