package org.chargeproof.planner;

/**
 * The planner without records: solves a group in arrays that it keeps, so that nothing is allocated once they have grown to
 * the largest group, but for the answers to new requests. {@link Planner} makes plans of its results. For one thread; a
 * result depends on the last input alone.
 */
public final class Solver {
    private final Admission admission = new Admission();
    private final Demand demand = new Demand();
    private final LeastPeak leastPeak = new LeastPeak();
    private final PolicyOrder order = new PolicyOrder();
    private final ExactCore core = new ExactCore();
    private final Split split = new Split();
    private final Prices prices = new Prices();
    private final Certificate certificate = new Certificate();
    private final int[] aggregateWh = new int[Limits.STEPS];
    private final long[] price = new long[Limits.STEPS];

    /** By session in the order of {@code demand}. */
    private int[][] energyWh = new int[0][];

    private int leastPeakWh;

    /** Creates a workspace. */
    public Solver() {}

    /** Decides who is served, and finds the plan with its certificate. */
    public void solve(GroupInput input) {
        int steps = input.stepCount();
        admission.decide(input);
        demand.take(input.sessions(), admission);
        int[] baseWh = admission.baseWh();
        int[] capWh = admission.capWh();
        boolean needsPeak = input.policy().kind() == Policy.Kind.EARLIEST_TO_PEAK;
        leastPeakWh = needsPeak ? leastPeak.of(baseWh, capWh, demand, admission.cuts()) : 0;
        order.set(input, leastPeakWh);
        core.solve(order, steps, baseWh, capWh, demand, aggregateWh);
        grow(demand.count);
        split.split(steps, aggregateWh, demand, energyWh);
        prices.compute(order, steps, baseWh, aggregateWh, demand, energyWh, price);
    }

    /**
     * Tests one more request of a session that joins, against all that the last input's solution promises.
     *
     * @param maxWhPerStep what it takes at most in one step
     * @param arrivalStep it charges from this step on
     * @param departureStep it charges in steps before this one
     * @return the most energy in Wh that it can have
     */
    public int mostWh(int maxWhPerStep, int arrivalStep, int departureStep) {
        return admission.mostWh(maxWhPerStep, arrivalStep, departureStep);
    }

    /**
     * Checks a plan of the last input, but for the input's hash. What it decided about requests is not decided again.
     *
     * @param input the input that was solved last
     * @param plan the plan in question, of whatever origin
     * @throws CertificateException naming what is violated, with step or session and values
     */
    public void check(GroupInput input, Plan plan) {
        certificate.verify(input, plan, admission);
    }

    /**
     * Sessions, layers and sets looked at since this was made: what time plans take, whatever the machine. It depends on the inputs
     * alone.
     */
    public long work() {
        return admission.work() + core.work() + split.work();
    }

    Admission admission() {
        return admission;
    }

    Demand demand() {
        return demand;
    }

    /** The energies in Wh of a session of {@link #demand}, by step before its departure. */
    int[] energyWh(int n) {
        return energyWh[n];
    }

    /** Energy in Wh of all sessions of {@link #demand}, by step. */
    int[] aggregateWh() {
        return aggregateWh;
    }

    long[] price() {
        return price;
    }

    int leastPeakWh() {
        return leastPeakWh;
    }

    private void grow(int count) {
        if (energyWh.length < count) {
            energyWh = new int[count][Limits.STEPS];
        }
    }
}
