package org.chargeproof.oracle.ocpi;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.input.SecretFile;
import org.chargeproof.console.output.TextTable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code chargeproof ocpi}: the partners of a running oracle. */
@Command(
        name = "ocpi",
        header = "Adds and removes the OCPI partners of a running oracle.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Adds and removes the OCPI partners of an oracle that runs on this machine: backends of charge points"
                        + " (--ocpi-party), and with --providers those of providers (--roaming-party).")
public final class OcpiCommand {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int MOST_SUCCESS = 299;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--data",
            required = true,
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "The oracle's --data: the operator's key is there.")
    private @Nullable Path dataFolder;

    @Option(
            names = "--oracle",
            scope = ScopeType.INHERIT,
            defaultValue = "http://127.0.0.1:8090",
            paramLabel = "URL",
            description = "Where the oracle listens. Default: ${DEFAULT-VALUE}.")
    private String url = "";

    @Option(
            names = "--providers",
            scope = ScopeType.INHERIT,
            description = "Means the partners of /roaming: backends of providers.")
    private boolean isRoaming;

    @Command(
            name = "invite",
            mixinStandardHelpOptions = true,
            description = "Makes a token by which a backend may register with the oracle once (CREDENTIALS_TOKEN_A).")
    int invite(
            @Parameters(paramLabel = "NAME", description = "Your name for the partner, such as backend.") String name,
            @Option(
                            names = "--provider",
                            paramLabel = "N",
                            description =
                                    "With --providers: its number on the ledger. It is told the sessions and bills of"
                                            + " its drivers; without a number, locations and tariffs alone.")
                    @Nullable
                    Integer provider) {
        var made = (JsonObject) ask("POST", "", said(name, provider));
        out().println("Enter these two in the partner's system; the token is good for one registration.");
        out().println("versions  " + made.getString("versionsUrl"));
        out().println("token     " + made.getString("token"));
        return 0;
    }

    @Command(
            name = "register",
            mixinStandardHelpOptions = true,
            description = "Registers with a backend that has given you a token.")
    int register(
            @Parameters(paramLabel = "NAME", description = "Your name for the partner.") String name,
            @Option(
                            names = "--versions",
                            required = true,
                            paramLabel = "URL",
                            description = "Its OCPI versions, such as https://backend.example/ocpi/versions.")
                    String versions,
            @Option(
                            names = "--token-file",
                            required = true,
                            paramLabel = "FILE",
                            description = "First line: the token that it has given you.")
                    Path tokenFile,
            @Option(names = "--provider", paramLabel = "N", description = "As with invite.") @Nullable
                    Integer provider) {
        String token = token(tokenFile);
        print(ask("POST", "", said(name, provider).put("versionsUrl", versions).put("token", token)));
        return 0;
    }

    private JsonObject said(String name, @Nullable Integer provider) {
        if (provider != null && !isRoaming) {
            throw new BadInputException("--provider is for partners of /roaming. Add --providers.");
        }
        var said = new JsonObject().put("name", name);
        return provider == null ? said : said.put("provider", provider);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists partners.")
    int list() {
        print(ask("GET", "", null));
        return 0;
    }

    @Command(
            name = "renew",
            mixinStandardHelpOptions = true,
            description = "Renews the tokens of both sides, and reads again which modules the partner has.")
    int renew(@Parameters(paramLabel = "NAME", description = "The partner.") String name) {
        print(ask("POST", "/" + name + "/renew", new JsonObject()));
        return 0;
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Unregisters a partner, and forgets what it has told.")
    int remove(@Parameters(paramLabel = "NAME", description = "The partner.") String name) {
        print(ask("DELETE", "/" + name, null));
        return 0;
    }

    private static String token(Path file) {
        SecretFile.warnIfOthersMayRead("the partner's token", file);
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElse("").strip();
        } catch (IOException | UncheckedIOException e) {
            throw new BadInputException("--token-file " + file + " cannot be read.", e);
        }
    }

    private void print(Object answer) {
        var list = (JsonArray) answer;
        if (list.isEmpty()) {
            out().println("There is no partner. 'chargeproof ocpi invite NAME' makes a token for one.");
            return;
        }
        var table = isRoaming
                ? new TextTable("name", "OCPI", "parties", "versions", "provider")
                : new TextTable("name", "OCPI", "parties", "versions");
        for (Object each : list) {
            var partner = (JsonObject) each;
            var cells = new ArrayList<>(List.of(
                    partner.getString("name"),
                    partner.getBoolean("registered") ? partner.getString("version") : "invited",
                    String.join(
                            ", ",
                            partner.getJsonArray("parties").stream()
                                    .map(String::valueOf)
                                    .toList()),
                    Objects.requireNonNullElse(partner.getString("versionsUrl"), "")));
            if (isRoaming) {
                cells.add(partner.containsKey("provider") ? String.valueOf(partner.getInteger("provider")) : "none");
            }
            table.row(cells.toArray(String[]::new));
        }
        table.print(out());
    }

    private Object ask(String method, String path, @Nullable JsonObject body) {
        Path keyFile = OperatorKey.file(Objects.requireNonNull(dataFolder));
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            var request = HttpRequest.newBuilder(URI.create(url.replaceAll("/$", "")
                            + (isRoaming ? "/operator/roaming/partners" : "/operator/ocpi/partners")
                            + path))
                    .timeout(TIMEOUT)
                    .header(
                            "Authorization",
                            "Bearer " + Files.readString(keyFile).strip())
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(body.encode()))
                    .build();
            var response = http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (response.statusCode() > MOST_SUCCESS) {
                throw new BadInputException(reason(response.statusCode(), response.body()));
            }
            return response.body().startsWith("[") ? new JsonArray(response.body()) : new JsonObject(response.body());
        } catch (NoSuchFileException e) {
            throw new BadInputException(
                    keyFile
                            + " is not there. An oracle that runs with --ocpi-party or --roaming-party and this --data makes it.",
                    e);
        } catch (IOException e) {
            throw new BadInputException(
                    "the oracle at " + url + " does not answer (" + e.getMessage()
                            + "). Start it, or say where it listens with --oracle.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BadInputException("interrupted", e);
        } catch (DecodeException | IllegalArgumentException e) {
            throw new BadInputException("--oracle is '" + url + "', where no oracle answers.", e);
        }
    }

    private static String reason(int status, String body) {
        try {
            String told = new JsonObject(body).getString("error");
            return "the oracle refuses: " + told;
        } catch (DecodeException | ClassCastException e) {
            List<String> lines = body.lines().limit(1).toList();
            return "the oracle answers " + status + (lines.isEmpty() ? "" : ": " + lines.getFirst())
                    + " Does it run with --ocpi-party, or --roaming-party?";
        }
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
