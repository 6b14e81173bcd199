"""
A private step of Opacus and the same network's step without privacy, in PyTorch.

    python -m benchmarks.peers.opacus_step problem.npz --mode ghost     # or hooks

Taken as Opacus' own guide has it: ``PrivacyEngine.make_private``, one ``zero_grad``, forward, backward and ``step``;
``--chunk`` is its ``BatchMemoryManager``, by the same ``signal_skip_step``. Poisson sampling is off only to keep the
batch at one size: batches are drawn outside the clock everywhere.

Fair to Opacus: the network is the one of ``core.recommend.networks.mlp``, but history and candidates are looked up in
one call on ids laid end to end and split afterwards, since ghost clipping refuses a table that is called twice. That
is the same function with the same per-shopper gradients. Both steps use PyTorch's fused Adam, and the chunk is the
fastest that we found.

Unfair to Opacus: PyTorch runs eagerly, as the hooks of Opacus need it to, where TensorFlow and JAX compile. Unfair to
the others: the step without privacy runs eagerly too, where ``torch.compile`` could serve it, so that the ratio of
Opacus to its own is a flattering one; and ghost clipping has no guard against NaN, which ours and jax_privacy's have.
"""

from pathlib import Path
from typing import Any

import numpy as np
import opacus
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.peers import clock


class Network(nn.Module):  # type: ignore[misc] # torch is not in the environment of the type checker
    """The textbook network up to its logits: history, behaviour, profile, candidates -> (batch, candidates)."""

    def __init__(self, problem: dict[str, np.ndarray]) -> None:
        super().__init__()
        table = torch.from_numpy(problem["weights/table/embeddings"])
        self.table = nn.Embedding.from_pretrained(table.clone(), freeze=False)
        self.features = nn.Embedding.from_pretrained(torch.from_numpy(problem["features"]))
        for name in ("fusion", "user_half", "item_half", "second", "last"):
            setattr(self, name, dense(problem, name))

    def forward(self, history: Any, behaviour: Any, profile: Any, candidates: Any) -> Any:
        """Give the logits."""
        looked_up = self.table(torch.cat([history, candidates], dim=1))
        seen, offered = looked_up.split([history.shape[1], candidates.shape[1]], dim=1)
        pooled = torch.bmm(behaviour.transpose(1, 2), seen).flatten(1)
        user = torch.relu(self.fusion(torch.cat([pooled, profile], dim=1)))
        item_half = self.item_half(torch.cat([offered, self.features(candidates)], dim=2))
        hidden = torch.relu(self.user_half(user).unsqueeze(1) + item_half)
        return self.last(torch.relu(self.second(hidden))).squeeze(2)


class Loss:
    """One number a shopper; their mean where ``reduction`` says so, as Opacus expects of a criterion."""

    reduction = "mean"

    def __call__(self, logits: Any, label: Any, weight: Any) -> Any:
        """Give weighted cross-entropy."""
        each = nn.functional.binary_cross_entropy_with_logits(logits, label, weight, reduction="none").sum(dim=1)
        return each.mean() if self.reduction == "mean" else each


def main() -> None:
    """Check or time."""
    args = clock.arguments(__doc__, ("ghost", "hooks"))
    clock.cap_memory()
    torch.set_num_threads(clock.threads())
    problem = load(args.problem)
    if args.check:
        clock.print_check(clipped_sums(problem, args.mode, args.chunk), problem)
        return
    clock.print_times(
        lambda: step_without(problem),
        lambda: private_step(problem, args.mode, args.chunk)[0],
        args,
        {"opacus": opacus.__version__, "torch": torch.__version__, "mode": args.mode},
    )


def load(path: Path) -> dict[str, np.ndarray]:
    """Read the whole file."""
    with np.load(path) as file:
        return dict(file)


def dense(problem: dict[str, np.ndarray], name: str) -> Any:
    """Build one layer from Keras' kernel (in, out) and bias."""
    kernel, bias = problem[f"weights/{name}/kernel"], problem.get(f"weights/{name}/bias")
    layer = nn.Linear(*kernel.shape, bias=bias is not None)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(kernel.T))
        if bias is not None:
            layer.bias.copy_(torch.from_numpy(bias))
    return layer


def batch_of(problem: dict[str, np.ndarray], chunk: int = 0) -> list[tuple[list[Any], list[Any]]]:
    """Cut the batch into chunks of (inputs, goal); 0: one chunk."""
    inputs = [torch.from_numpy(problem[name]) for name in ("history", "behaviour", "profile", "candidates")]
    goal = [torch.from_numpy(problem[name]) for name in ("label", "weight")]
    size = chunk or len(goal[0])
    starts = range(0, len(goal[0]), size)
    return [([a[s : s + size] for a in inputs], [a[s : s + size] for a in goal]) for s in starts]


def step_without(problem: dict[str, np.ndarray]) -> clock.Step:
    """Forward, backward, Adam."""
    model, loss = Network(problem), Loss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    [(inputs, goal)] = batch_of(problem)

    def run() -> None:
        optimizer.zero_grad()
        loss(model(*inputs), *goal).backward()
        optimizer.step()

    return run


def private_step(
    problem: dict[str, np.ndarray], mode: str, chunk: int, noise_multiplier: float = 1.0
) -> tuple[clock.Step, Any]:
    """Give the step and the wrapped model."""
    chunks = batch_of(problem, chunk)
    model, loss = Network(problem), Loss()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    n_users = len(problem["label"])
    made = opacus.PrivacyEngine().make_private(
        module=model,
        optimizer=torch.optim.Adam(trained, lr=0.01, fused=True),
        criterion=loss,
        data_loader=DataLoader(TensorDataset(torch.zeros(n_users)), batch_size=n_users),
        noise_multiplier=noise_multiplier,
        max_grad_norm=float(problem["clip_norm"]),
        poisson_sampling=False,
        grad_sample_mode=mode,
    )
    wrapped, optimizer = made[:2]
    criterion = made[2] if mode == "ghost" else loss

    def run() -> None:
        for place, (inputs, goal) in enumerate(chunks, start=1):
            optimizer.signal_skip_step(place < len(chunks))
            optimizer.zero_grad()
            criterion(wrapped(*inputs), *goal).backward()
            optimizer.step()

    return run, wrapped


def clipped_sums(problem: dict[str, np.ndarray], mode: str, chunk: int) -> dict[str, np.ndarray]:
    """Take one step without noise; what went to Adam, times the batch, is the sum. Names and shapes are Keras'."""
    run, wrapped = private_step(problem, mode, chunk, noise_multiplier=0.0)
    run()
    sums = {}
    for name, parameter in wrapped._module.named_parameters():
        if not parameter.requires_grad:
            continue
        layer, kind = name.split(".")
        total = parameter.grad.numpy() * len(problem["label"])
        if layer == "table":
            sums["table/embeddings"] = total
        else:
            sums[f"{layer}/{'kernel' if kind == 'weight' else 'bias'}"] = total.T
    return sums


if __name__ == "__main__":
    main()
