package org.chargeproof.ledger;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.BytesClasses;
import org.chargeproof.protocol.time.BlockHeader;
import org.jspecify.annotations.Nullable;
import org.web3j.exceptions.MessageDecodingException;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.exceptions.ClientConnectionException;
import org.web3j.tx.exceptions.ContractCallException;
import org.web3j.utils.Numeric;

/** One node's JSON-RPC, with errors that say what was asked of whom. Blocks its thread: call it on a virtual one. */
public final class LedgerClient implements AutoCloseable {
    static {
        // whoever has no main method of ours begins here
        BytesClasses.initialize();
    }

    private static final int TIMEOUT_SECONDS = 30;
    /** For a whole call: a body that drips would go on for ever. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);
    /** Year 2242. Above it, and above what fits into a timestep, no arithmetic is tried. */
    private static final long MOST_TIMESTAMP_SECONDS = 1L << 33;

    private static final int LATEST_TRIES = 20;
    private static final long LATEST_PAUSE_MILLIS = 50;
    private static final Pattern UNAUTHORIZED = Pattern.compile("response received: 40[13]");

    private final String url;
    private final NodeService service;
    private final Web3j web3j;
    private final OkHttpClient http;
    private final long chainId;

    private LedgerClient(String url, OkHttpClient http, int maxAnswerBytes) {
        this.url = url;
        this.http = http;
        this.service = new NodeService(url, http, maxAnswerBytes);
        this.web3j = Web3j.build(service);
        this.chainId = understand(
                "a chain id", () -> ask(web3j.ethChainId()).getChainId().longValueExact());
    }

    /**
     * Connects to a node.
     *
     * @param url of its JSON-RPC over HTTP, such as {@code http://127.0.0.1:8545}
     * @throws LedgerException when nothing answers there, or nothing that is a node
     */
    public static LedgerClient connect(String url) {
        return connect(url, null);
    }

    /**
     * Connects to a node that wants to know who asks.
     *
     * @param token for its JSON-RPC; null for a node that wants none
     * @throws LedgerException when nothing answers there, nothing that is a node, or it does not take the token
     */
    public static LedgerClient connect(String url, @Nullable String token) {
        return connect(url, token, NodeService.MOST_ANSWER_BYTES, CALL_TIMEOUT);
    }

    /** With other bounds for one answer. */
    static LedgerClient connect(String url, @Nullable String token, int maxAnswerBytes, Duration callTimeout) {
        var builder = new OkHttpClient.Builder()
                .connectTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .readTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .callTimeout(callTimeout)
                // a token is for this address, and no other one is a node
                .followRedirects(false)
                .followSslRedirects(false);
        if (token != null) {
            builder.addInterceptor(chain -> chain.proceed(chain.request()
                    .newBuilder()
                    .header("Authorization", "Bearer " + token)
                    .build()));
        }
        return over(url, builder.build(), maxAnswerBytes);
    }

    /** Over a client of HTTP that is there. */
    static LedgerClient over(String url, OkHttpClient http, int maxAnswerBytes) {
        if (!url.startsWith("http://") && !url.startsWith("https://")) {
            throw new LedgerException(
                    "'" + url
                            + "' is no JSON-RPC address. It begins with http:// or https://, for example http://127.0.0.1:8545.");
        }
        try {
            return new LedgerClient(url, http, maxAnswerBytes);
        } catch (IllegalArgumentException e) {
            throw new LedgerException("'" + url + "' is no JSON-RPC address: " + e.getMessage(), e);
        } catch (MessageDecodingException e) {
            throw new LedgerException(
                    url + " answered eth_chainId with something that is no number. Maybe it is not a node.", e);
        }
    }

    public String url() {
        return url;
    }

    public long chainId() {
        return chainId;
    }

    /** The newest block. */
    public BlockHeader head() {
        return header(DefaultBlockParameterName.LATEST);
    }

    /** A block by number; it must exist. */
    public BlockHeader header(long number) {
        return numbered(number, header(DefaultBlockParameter.valueOf(BigInteger.valueOf(number))));
    }

    /** The code at an address; empty when there is none. */
    public Bytes code(String address) {
        return understand(
                "code",
                () -> Bytes.fromHexString(ask(web3j.ethGetCode(address, DefaultBlockParameterName.LATEST))
                        .getCode()));
    }

    /** A transaction's receipt, once it is in a block. */
    public Optional<TransactionReceipt> receipt(String transactionHash) {
        var receipt = ask(web3j.ethGetTransactionReceipt(transactionHash)).getTransactionReceipt();
        receipt.ifPresent(r -> understand("a receipt", () -> Numeric.decodeQuantity(r.getStatus())));
        return receipt;
    }

    /**
     * Why a call is refused, in the state after a block.
     *
     * @param to a contract; null for a deployment
     * @param at the block
     * @return the node's error, with that of the contract; empty when the call is taken
     */
    public Optional<RpcErrorException> refusal(
            String from, @Nullable String to, String data, DefaultBlockParameter at) {
        try {
            ask(web3j.ethCall(Transaction.createEthCallTransaction(from, to, data), at));
            return Optional.empty();
        } catch (RpcErrorException e) {
            return Optional.of(e);
        }
    }

    /** The same without words for what goes wrong; asks again where there is no value, for the reason of {@link #ask}. */
    <T> T send(RemoteFunctionCall<T> call) throws Exception {
        for (int i = 0; i < LATEST_TRIES; i++) {
            try {
                return call.send();
            } catch (ContractCallException e) {
                Pause.millis(LATEST_PAUSE_MILLIS);
            }
        }
        return call.send();
    }

    /** Calls a view function through a generated wrapper. */
    public <T> T call(RemoteFunctionCall<T> call) {
        try {
            return send(call);
        } catch (Exception e) {
            throw new LedgerException(
                    "a call to a contract through " + url + " failed: " + Shown.of(String.valueOf(e.getMessage())), e);
        }
    }

    /** Sends a request and checks that its answer is no error. */
    public <T extends Response<?>> T ask(Request<?, T> request) {
        T response = once(request);
        // Besu has no state for a moment while it makes another block the latest
        for (int i = 0; response.getResult() == null && !mayBeNull(request) && i < LATEST_TRIES; i++) {
            Pause.millis(LATEST_PAUSE_MILLIS);
            response = once(request);
        }
        if (response.getResult() == null && !mayBeNull(request)) {
            throw new LedgerException(
                    url + " answered " + request.getMethod() + " without a result. Maybe it is not a node.");
        }
        return response;
    }

    private <T extends Response<?>> T once(Request<?, T> request) {
        T response;
        try {
            response = request.send();
        } catch (ClientConnectionException e) {
            if (UNAUTHORIZED.matcher(String.valueOf(e.getMessage())).find()) {
                throw new LedgerException(
                        url + " wants a token for " + request.getMethod()
                                + ", another one, or one that has not expired. Its operator issues one with 'network token'; name"
                                + " the file with --rpc-token-file.",
                        e);
            }
            throw new LedgerException(
                    url + " answered " + request.getMethod() + " with an HTTP error: "
                            + Shown.of(String.valueOf(e.getMessage()))
                            + ". Maybe it is not a node's JSON-RPC address, or RPC is not enabled there.",
                    e);
        } catch (NodeService.TooManyBytesException | StreamConstraintsException e) {
            throw new AnswerTooLargeException(
                    url + " answered " + request.getMethod() + " with too much: "
                            + Shown.of(String.valueOf(e.getMessage())) + ". Maybe it is not a node, or a broken one.",
                    false,
                    e);
        } catch (InterruptedIOException e) {
            throw new AnswerTooLargeException(
                    url + " did not answer " + request.getMethod() + " in time (" + e.getMessage()
                            + "). Maybe the node is overloaded.",
                    true,
                    e);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new LedgerException(
                    url + " answered " + request.getMethod()
                            + " with something that is no JSON-RPC. Maybe the address is that of a web site.",
                    e);
        } catch (IOException e) {
            throw new LedgerException(
                    url + " did not answer " + request.getMethod() + ": " + Shown.of(String.valueOf(e.getMessage()))
                            + ". Maybe the node is not running.",
                    e);
        }
        if (response == null) {
            throw new LedgerException(
                    url + " answered " + request.getMethod() + " with nothing. Maybe it is not a node.");
        }
        if (response.hasError()) {
            throw new RpcErrorException(
                    request.getMethod(),
                    url,
                    response.getError().getCode(),
                    Shown.of(String.valueOf(response.getError().getMessage())),
                    // web3j keeps it as JSON, quotes and all
                    String.valueOf(response.getError().getData()).replace("\"", ""));
        }
        return response;
    }

    /** Sends a request that web3j has no method for, such as those of a development node. */
    public JsonNode ask(String method, List<?> parameters) {
        return ask(new Request<>(method, parameters, service, JsonResponse.class))
                .getResult();
    }

    /** The same, for what an answer is read as. */
    <T extends Response<?>> T ask(String method, List<?> parameters, Class<T> type) {
        return ask(new Request<>(method, parameters, service, type));
    }

    /** For how long the node owes an answer, in seconds: of the call that has waited longest; 0 when none waits. */
    public long waitedSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(service.waitedNanos());
    }

    /** web3j over this node. */
    public Web3j web3j() {
        return web3j;
    }

    @Override
    public void close() {
        web3j.shutdown();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private static boolean mayBeNull(Request<?, ?> request) {
        return request.getMethod().equals("eth_getTransactionReceipt")
                || request.getMethod().equals("eth_getBlockByNumber")
                || request.getMethod().startsWith("anvil_")
                || request.getMethod().startsWith("evm_");
    }

    private BlockHeader header(DefaultBlockParameter which) {
        EthBlock.Block block = block(which);
        if (block == null) {
            throw new LedgerException(url + " does not have block " + which.getValue()
                    + ". Maybe it is still catching up, or its chain was reset.");
        }
        var header = understand(
                "a block",
                () -> new BlockHeader(
                        block.getNumber().longValueExact(),
                        Bytes32.fromHexStringStrict(block.getHash()),
                        block.getTimestamp().longValueExact()));
        if (header.timestampSeconds() > MOST_TIMESTAMP_SECONDS) {
            throw new LedgerException(url + " answered with block " + header.number() + " of time "
                    + header.timestampSeconds() + "; the latest is " + MOST_TIMESTAMP_SECONDS
                    + " (year 2242). Maybe it is not a node of this network; ask another one.");
        }
        return header;
    }

    /** A block by number, which must be that one. */
    private BlockHeader numbered(long number, BlockHeader header) {
        if (header.number() != number) {
            throw new LedgerException(url + " answered with block " + header.number() + " when it was asked for block "
                    + number + ". Maybe it is not a node, or a broken one.");
        }
        return header;
    }

    private EthBlock.@Nullable Block block(DefaultBlockParameter which) {
        EthBlock.Block block = ask(web3j.ethGetBlockByNumber(which, false)).getBlock();
        for (int i = 0; block == null && which == DefaultBlockParameterName.LATEST && i < LATEST_TRIES; i++) {
            // Besu has none for a moment while it makes another block the latest
            Pause.millis(LATEST_PAUSE_MILLIS);
            block = ask(web3j.ethGetBlockByNumber(which, false)).getBlock();
        }
        return block;
    }

    /** Reads what a node answered; web3j decodes numbers only when they are looked at. */
    <T> T understand(String what, Supplier<T> read) {
        try {
            return read.get();
        } catch (MessageDecodingException
                | NullPointerException
                | IllegalArgumentException
                | ArithmeticException
                | IndexOutOfBoundsException
                | ClassCastException e) {
            throw new LedgerException(
                    url + " answered with " + what + " that is none. Maybe it is not a node, or a broken one.", e);
        }
    }

    /** Any JSON. */
    public static final class JsonResponse extends Response<JsonNode> {}
}
